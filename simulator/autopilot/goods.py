"""What is sold where the integrator's document does not say it: articles with plausible codes. A row a line.

Commodity codes are plausible (a real heading, a real subheading) and not checked against this year's tariff.
"""

from dataclasses import dataclass
from decimal import Decimal

from swsim.simulator.core.draws import fraction

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Article:
    """An article: `unit` is also its statutory unit, `grams` the weight of one, `price` its bounds in the currency."""

    number: str
    zh: str
    gcode: str
    unit: str
    grams: int
    price: tuple[int, int]
    model: str


ARTICLES = (
    Article("AP-EARPHONE", "无线耳机", "8518300000", "007", 90, (20, 120), "无线|有充电盒"),
    Article("AP-ADAPTER", "电源适配器", "8504401990", "007", 120, (8, 40), "输出5V3A"),
    Article("AP-LAMP", "LED灯泡", "8539520000", "008", 80, (5, 30), "LED|9W|E27"),
    Article("AP-SUNGLASS", "太阳镜", "9004100000", "019", 50, (10, 60), "塑料镜片|成人用"),
    Article("AP-WATCH", "石英手表", "9102110000", "008", 110, (20, 200), "石英|指针式"),
)


def article(seed: int, name: str) -> Article:
    """The article of a sale, drawn."""
    return ARTICLES[int(fraction(seed, "article", name) * len(ARTICLES))]


def price(of: Article, seed: int, name: str) -> Decimal:
    """Its price there, drawn, in whole cents."""
    least, most = of.price
    return (least + (most - least) * Decimal(fraction(seed, "price", name))).quantize(CENT)
