"""What follows an approved list: it is shipped, cancelled, or its goods come back (LIF)."""

from datetime import timedelta

from swsim.conformance.cases.lists import ORDER, about, all_about, head_of, list_of, status_of
from swsim.conformance.cases.steps import expect, sells, ship, ships
from swsim.conformance.conversation import Act, Advance, Case, Judge
from swsim.conformance.sightings import shown
from swsim.conformance.story import Judgement, Story, fails, missed, passes

OLD = timedelta(days=20)


def cancels_properly(story: Story) -> Judgement:
    """LIF-02."""
    listed, found = list_of(story), all_about(story, "605")
    if listed is None or not found:
        return passes("no cancellation to look at: LIF-01 speaks of that")
    ours, theirs = head_of(listed), found[0].document
    for name in ("ebc_code", "agent_code", "customs_code"):
        if getattr(ours, name) != getattr(theirs, name):
            return fails(f"{name}: {getattr(theirs, name)}, the list has {getattr(ours, name)}", shown(found[0]))
    if not theirs.reason.strip():
        return fails("the cancellation has no reason", shown(found[0]))
    return passes("the cancellation names the list, its firms and a reason", shown(found[0]))


def cancels_once(story: Story) -> Judgement:
    """LIF-14."""
    keys = {one.key for one in all_about(story, "605")}
    proof = [shown(one)[0] for one in all_about(story, "605")]
    if len(keys) > 1:
        return fails(f"{len(keys)} cancellations", proof)
    return passes("no more than one cancellation", proof)


def goes_nowhere(story: Story) -> Judgement:
    """LIF-03: what is void is not shipped."""
    moved = [one for kind in ("607", "507", "509") for one in all_about(story, kind)]
    return fails("a void list was shipped", shown(moved[0])) if moved else passes("it was not shipped")


def master_goes_first(story: Story) -> Judgement:
    """LIF-08, of a list that left its transport empty."""
    listed, master, arrival = list_of(story), about("607")(story), about("507")(story)
    if listed is None or arrival is None or head_of(listed).bill_no:
        return missed("the list has a bill of lading, or never arrived")
    if master is None or master.entry.n > arrival.entry.n:
        return fails("the arrival came without a master list before it", shown(arrival))
    return passes("the master list came first", (*shown(master), *shown(arrival)))


def leaves_when_released(story: Story) -> Judgement:
    """LIF-06."""
    left, released = about("509")(story), status_of("800")(story)
    if left is None:
        return missed("it never left")
    if released is None or released.entry.n > left.entry.n:
        return fails("the departure was reported before the 800", shown(left))
    return passes("it left behind the 800", (*shown(released), *shown(left)))


def returns_properly(story: Story) -> Judgement:
    """LIF-11."""
    found = about("213")(story)
    if found is None:
        return missed("no application")
    head = head_of(found)
    if head.ie_flag != "I" or head.trade_mode not in {"9661", "1261"} or head.pre_no:
        said = f"ieFlag {head.ie_flag}, tradeMode {head.trade_mode}, preNo {head.pre_no or 'empty'}"
        return fails(f"{said}; expected I, 9661 or 1261, empty", shown(found))
    return passes("the application is one of returned goods", shown(found))


def returns_what_was_sold(story: Story) -> Judgement:
    """LIF-10."""
    listed, found = list_of(story), about("213")(story)
    if listed is None or found is None:
        return missed("no list, or no application")
    sold = {(line.gnum, line.gcode): line.qty for line in listed.document.lines}
    for line in found.document.lines:
        if line.qty > sold.get((line.gnum, line.gcode), 0):
            return fails(f"line {line.gnum} {line.gcode}: {line.qty} come back, more than was sold", shown(found))
    return passes("no more comes back than was sold", shown(found))


def tally_fits(story: Story) -> Judgement:
    """LIF-12."""
    application, found = about("213")(story), about("215")(story)
    if application is None or found is None:
        return missed("no application, or no tally")
    theirs, ours = head_of(application), found.document
    if ours.invt_no not in {None, "", theirs.invt_no} or ours.logistics_no != theirs.logistics_no:
        return fails(f"the tally names {ours.invt_no}, {ours.logistics_no}", shown(found))
    return passes("the tally names the application's list and waybill", shown(found))


_CLOSED = (*sells(ORDER), *ships(ORDER))

CASES = (
    Case(
        id="cancels-an-approved-list",
        title_zh="撤销已审结清单",
        title_en="Cancels an approved list",
        description="The buyer cancels when the list is approved and has not left.",
        expectation="One cancellation (605) with the list's number, its firms and a reason; nothing is shipped.",
        provokes="a sale that is called off",
        plans=("9610-declaration",),
        needs=("cancel",),
        steps=(
            *sells(ORDER),
            Act("cancel", ORDER, lambda _: {"reason": "TEST 买家取消订单"}),
            expect("the cancellation", about("605"), "cancel", "LIF-01"),
            Judge("what it names", cancels_properly, "LIF-02"),
            Advance(timedelta(hours=2)),
            Judge("one cancellation", cancels_once, "LIF-14"),
            Judge("what is void stays", goes_nowhere, "LIF-03"),
        ),
    ),
    Case(
        id="ships-in-order",
        title_zh="按总分单、运抵、离境顺序出运",
        title_en="Ships in order",
        description="The parcel of an approved list leaves.",
        expectation="Master list (607), arrival (507), and, when the list is released (800), departure (509): 899.",
        provokes="a shipment",
        plans=("9610-statistics",),
        needs=("ship",),
        steps=(
            *sells(ORDER),
            ship(ORDER),
            expect("the departure", about("509"), "ship", "LIF-06"),
            Judge("the master list first", master_goes_first, "LIF-08"),
            Judge("not before the release", leaves_when_released, "LIF-06"),
            expect("the list closed", status_of("899")),
        ),
    ),
    Case(
        id="takes-goods-back",
        title_zh="已结关货物退货",
        title_en="Takes goods back",
        description="Goods of a closed list come back three weeks later.",
        expectation="An application (213) for no more than was sold, then the tally (215) of the same goods.",
        provokes="goods that come back",
        plans=("returned-goods",),
        needs=("ship", "take-back"),
        steps=(
            *_CLOSED,
            Advance(OLD),
            Act("take-back", ORDER),
            expect("the application", about("213"), "take-back", "LIF-10"),
            Judge("goods that were sold", returns_what_was_sold, "LIF-10"),
            Judge("an application of returned goods", returns_properly, "LIF-11"),
            expect("the tally", about("215"), "take-back", "LIF-12"),
            Judge("the same goods", tally_fits, "LIF-12"),
        ),
    ),
)
