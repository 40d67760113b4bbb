"""Orders as messages to send: what the `chains` fixture makes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from swsim.fixtures.batch import upload
from swsim.fixtures.chain import Chain, chain
from swsim.fixtures.defects import DEFECTS
from swsim.fixtures.draw import provider
from swsim.fixtures.parties import Parties, parties
from swsim.simulator.messages.codec import encode

KINDS = ("303", "403", "505", "603")


@dataclass(frozen=True, slots=True)
class Trade:
    """Chains of one seed's firms, counted and looked at as a list is."""

    seed: int
    firms: Parties
    chains: tuple[Chain, ...]

    @classmethod
    def of(cls, seed: int, indices: Sequence[int], at: datetime, defect: str = "") -> "Trade":
        """Orders `indices` of a seed as of `at`, with a defect of `fixtures.defects`; ValueError for an unknown one."""
        plantable = [name for name, row in DEFECTS.items() if not row.marker]  # the others lie in how it is sent
        if defect and defect not in plantable:
            raise ValueError(f"defect: expected one of {', '.join(plantable)}, got {defect!r}")
        firms = parties(seed)
        made = (chain(seed, index, at, firms=firms) for index in indices)
        return cls(seed, firms, tuple(DEFECTS[defect].apply(one) if defect else one for one in made))

    def __len__(self) -> int:
        return len(self.chains)

    def __iter__(self) -> Iterator[Chain]:
        return iter(self.chains)

    def __getitem__(self, index: int) -> Chain:
        return self.chains[index]

    def dxp_id(self, kind: str = "603") -> str:
        """Where the returns to documents of a kind go."""
        return self.firms.sender(kind).dxp_id

    def message(self, kind: str) -> bytes:
        """The documents of a kind as one message; ValueError for more than 100."""
        documents = [document for made in self.chains for document in made.documents if document.number == kind]
        guid = provider("trade", self.seed, kind, *[made.index for made in self.chains]).guid()
        return encode(upload(documents, self.firms.sender(kind), guid=guid))

    @property
    def messages(self) -> Iterator[bytes]:
        """Order, payment receipt, waybill and list messages, in the order in which they must reach customs."""
        return map(self.message, KINDS)
