"""The profile of the sandbox as a case changes it: one case at a time, and put back at its end."""

from typing import Any

from swsim.conformance.control import Control


class ProfileSwitches:
    """Switches over the profile that the sandbox was given."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._given: str | dict[str, Any] | None = None

    async def set(self, switches: dict[str, Any]) -> None:
        """Set switches, the others stay."""
        said = await self._control.profile()
        if self._given is None:
            self._given = said
        await self._control.set_profile({**({"base": said} if isinstance(said, str) else said), **switches})

    async def put_back(self) -> None:
        """The profile as it was given, where it was changed."""
        if self._given is not None:
            await self._control.set_profile(self._given)
            self._given = None
