"""Shapes of what a sandbox is told: registry, profile, faults, autopilot, certificates, channels."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from swsim.simulator.autopilot.settings import PLAYABLE
from swsim.simulator.autopilot.settings import ROLES as PLAYERS
from swsim.simulator.profile import PROFILES, Regime
from swsim.simulator.profiles.switches import DELAY
from swsim.simulator.registry import ROLES
from swsim.simulator.transport.shapes.schema import Said, Says
from swsim.simulator.transport.shapes.tables import PROFILE, FaultRows

District = Annotated[str, Says(pattern="^[0-9]{4}$", description="customs code")]
Role = Annotated[str, Says(enum=list(ROLES))]
ProfileName = Annotated[str, Says(enum=list(PROFILES))]
ProfileSaid = ProfileName | Annotated[Any, PROFILE]
Kind = Annotated[str, Says(enum=list(PLAYABLE))]
DelaySaid = Annotated[Any, Says(**DELAY)]

Authorisation = TypedDict(
    "Authorisation",
    {"code": Said, "customs": NotRequired[list[District]], "from": NotRequired[str], "to": NotRequired[str]},
)
Authorisation.__doc__ = "Who may declare for it: `from` and `to` are days YYYY-MM-DD, both included."


class EnterpriseSaid(TypedDict):
    """An enterprise as it is entered: without `customs` at every district, without `permit` with one."""

    code: Said
    name: NotRequired[str]
    roles: NotRequired[list[Role]]
    registration: NotRequired[Literal["customs", "info"]]
    customs: NotRequired[list[District]]
    dxpIds: NotRequired[list[str]]
    authorises: NotRequired[list[str | Authorisation]]
    permit: NotRequired[bool]
    credit: NotRequired[str]
    overseas: NotRequired[Annotated[bool, Says(description="its overseas warehouse business is filed")]]
    enrolled: NotRequired[bool]


class Enterprise(TypedDict):
    """An enterprise of the registry; `enrolled`: at first sight."""

    code: str
    name: str
    roles: list[Role]
    registration: Literal["customs", "info"]
    customs: list[District]
    dxpIds: list[str]
    authorises: list[str | Authorisation]
    permit: bool
    credit: str
    overseas: bool
    enrolled: bool


class RegistryRows(TypedDict, total=False):
    """A registry; `closed` unless it says `open`."""

    mode: Literal["open", "closed"]
    enterprises: list[EnterpriseSaid]


RegistrySaid = list[EnterpriseSaid] | RegistryRows


class Registry(TypedDict):
    """Who is known to customs."""

    mode: Literal["open", "closed"]
    enterprises: list[Enterprise]


class ProfileOf(TypedDict):
    """The profile as it was named, and which documents a list needs."""

    profile: ProfileSaid
    regime: Regime


class ProfileChange(TypedDict):
    """A profile under its name."""

    profile: ProfileSaid


class Faults(TypedDict):
    """The fault table (docs/reference/faults.md)."""

    faults: FaultRows


class AutopilotSaid(TypedDict, total=False):
    """What is played for the integrator: all but its `role`, or `plays`."""

    role: Annotated[str, Says(enum=sorted(PLAYERS))]
    plays: list[Kind]
    after: dict[str, DelaySaid]
    customs: Annotated[str, Says(minLength=4, maxLength=4)]
    firms: list[EnterpriseSaid]


class Autopilot(TypedDict):
    """What is played, after which delays, where, by which firms."""

    plays: list[Kind]
    after: dict[str, DelaySaid]
    customs: str
    firms: list[Enterprise]


class Sales(TypedDict):
    """How many sales the autopilot begins."""

    count: Annotated[int, Says(minimum=1, maximum=100)]


class Placed(TypedDict):
    """Keys of the orders that were placed."""

    orders: list[str]


class AuthoritySaid(TypedDict):
    """A certificate of an authority, PEM."""

    pem: Said
    subject: NotRequired[str]


class CertificateSaid(TypedDict):
    """A certificate that speaks for an enterprise; `subject` and `chained` are worked out again."""

    code: Said
    pem: Said
    keyName: NotRequired[str]
    enrolled: NotRequired[bool]
    subject: NotRequired[Any]
    chained: NotRequired[Any]


class CertificatesSaid(TypedDict, total=False):
    """All certificates of a sandbox; public ones only."""

    authorities: list[AuthoritySaid]
    certificates: list[CertificateSaid]


class Authority(TypedDict):
    """An authority."""

    subject: str
    pem: str


class Certificate(TypedDict):
    """A certificate and the enterprise it speaks for."""

    code: str
    pem: str
    subject: str
    chained: bool
    keyName: NotRequired[str]
    enrolled: NotRequired[Literal[True]]


class Certificates(TypedDict):
    """The certificates of a sandbox."""

    authorities: list[Authority]
    certificates: list[Certificate]


class WebhookSaid(TypedDict):
    """Returns are pushed to an address."""

    channel: Literal["webhook"]
    url: Annotated[str, Says(maxLength=2000)]
    secret: NotRequired[str]
    signed: NotRequired[Any]


class OtherChannel(TypedDict):
    """Returns leave by the broker or the folder."""

    channel: Literal["amqp", "folder"]


class ChannelsSaid(TypedDict):
    """Channels by dxpId; a secret that is not said stays."""

    channels: dict[str, WebhookSaid | OtherChannel]


class Webhook(TypedDict):
    """Where returns are pushed; `signed`: there is a secret."""

    channel: Literal["webhook"]
    url: str
    signed: bool


class Channels(TypedDict):
    """Channels by dxpId, without secrets."""

    channels: dict[str, Webhook | OtherChannel]
