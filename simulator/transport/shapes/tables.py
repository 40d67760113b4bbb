"""Shapes that tables make: rows of the fault table by their action, switches of a profile by their type."""

from types import NoneType
from typing import Annotated, Any, TypeAlias

from swsim.simulator.core.faults import ACTIONS, COMMON, COMMON_SAYS, FINAL, Action
from swsim.simulator.faults.read import ENCODINGS, KINDS, MOST_ROWS, STAGES, STATUSES_OF
from swsim.simulator.profile import PROFILES, SEVERITIES, SWITCHES
from swsim.simulator.profiles.checked import ROWS
from swsim.simulator.profiles.switches import schema_of_switch
from swsim.simulator.transport.shapes.schema import Either, Fields, Says

WHOLE = Says(type="integer", minimum=0, maximum=1_000_000)
DURATION = Says(type="string", examples=["PT30S"])
FIELDS: dict[str, Any] = {
    "id": Says(type="string", minLength=1, maxLength=64),
    "kind": Says(enum=list(KINDS)),
    "key": Says(type="string", minLength=1, maxLength=400),
    "share": Says(type="number", minimum=0, maximum=1),
    "times": Either((WHOLE, NoneType)),
    "most": WHOLE,
    "stage": Annotated[Any, Says(enum=list(STAGES), description=f"a status or a stage, {FINAL}: the last status")],
    "by": DURATION,
    "info": Says(type="string", maxLength=1000),
    "retry": Either((DURATION, NoneType)),
    "taken": bool,
    "copies": Says(type="integer", minimum=0, maximum=10),
    "encoding": Says(enum=list(ENCODINGS)),
}
"""Of `FaultPlan`, by name; `action` and `status` depend on the action."""
NEGATIVE = Says(type="integer", minimum=-999_999, maximum=-1)


def fault(action: Action) -> Fields:
    """A row of the fault table with one action."""
    known: dict[str, Any] = {name: FIELDS[name] for name in (*COMMON, *action.fields) if name in FIELDS}
    if "status" in action.fields:
        listed = Says(enum=list(STATUSES_OF[action.name]))
        known["status"] = listed if action.name == "busy" else Either((listed, NEGATIVE))
    for name in known.keys() & COMMON_SAYS.keys():
        known[name] = Annotated[Any, known[name], Says(description=COMMON_SAYS[name])]
    known["action"] = Says(const=action.name)
    return Fields(f"Fault_{action.name}", f"{action.zh} {action.en}", known, ("action",))


ROWS_OF_FAULTS = Either(tuple(fault(action) for action in ACTIONS.values()))
FaultRows: TypeAlias = Annotated[list[Annotated[Any, ROWS_OF_FAULTS]], Says(maxItems=MOST_ROWS)]
SEVERITY = Says(enum=list(SEVERITIES))
SEVERITIES_OF = Fields("Severities", "Severities by row or rule id.", dict.fromkeys(sorted(ROWS), SEVERITY))
SWITCH = {
    name: Annotated[Any, Says(**schema_of_switch(one)), Says(description=one.metadata["says"])]
    for name, one in SWITCHES.items()
}
DISTRICT = Fields(
    "District",
    "What differs at a customs district.",
    {name: of for name, of in SWITCH.items() if not SWITCHES[name].metadata["wide"]} | {"rules": SEVERITIES_OF},
)
PROFILE = Fields(
    "Profile",
    "Switches of a profile over those of `base` (docs/reference/profiles.md).",
    {
        "base": Says(enum=list(PROFILES)),
        "name": Says(type="string", minLength=1),
        "zh": Any,
        "en": Any,
        **SWITCH,
        "rules": SEVERITIES_OF,
        "faults": FaultRows,
        "customs": dict[str, Annotated[Any, DISTRICT]],
    },
)
