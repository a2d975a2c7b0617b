"""Words for sectors of trade, and which of the model's six sectors each belongs to."""

from collections import Counter
from collections.abc import Mapping

from simulation.core.codes import SECTOR_NAMES
from simulation.region.tables.errors import Findings

OTHER = SECTOR_NAMES[-1]
WORDS = {
    "public": """public_services government administration utilities utility school education college hospital clinic
        health health_centre healthcare post_office water electricity tax
        公共服务 政务 政府 学校 教育 医院 卫生院 诊所 医疗 水电 缴费""",
    "transport": """transport_and_fuel fuel fuel_station petrol petrol_station gas_station bus bus_stand taxi parking
        railway station 交通 运输 加油站 公交 出租车 客运 停车场 车站""",
    "retail": """grocery groceries shop store supermarket convenience_store general_store clothing
        clothing_and_household_goods household_goods hardware electronics pharmacy pharmacy_and_health
        farm_inputs_and_produce agro_industry agricultural_inputs books stationery
        零售 超市 便利店 小卖部 杂货 商店 服装 五金 家电 药店 农资 日用品""",
    "market": """markets street_and_weekly_market weekly_market street_vendor street_vendors farmers_market bazaar mandi
        farm_produce_buyer collection_centre 市场 集市 农贸市场 菜市场 摊贩 地摊 农产品收购""",
    "catering": """food_and_tea restaurant restaurants cafe tea_shop tea_stall food hotel_restaurant canteen bakery
        餐饮 饭店 餐馆 小吃 茶馆 食堂 早餐 农家乐""",
    OTHER: """other others services service warehouse mobile_recharge_and_services mobile_recharge repair
        hairdresser tailor hotel lodging entertainment bank 其他 其他服务 服务 仓库 维修 理发 住宿 娱乐""",
}


def shipped_map() -> dict[str, str]:
    """Return the model's sector for each word that is known. Assumption: where people pay, not what is made."""
    known = {name: name for name in SECTOR_NAMES}
    return known | {word: sector for sector, words in WORDS.items() for word in words.split()}


class SectorMap:
    """Sectors by word, the user's before the shipped ones, with a count of what was mapped how.

    Parameters
    ----------
    own : mapping of str to str
        Rows of sector_map.csv; words are compared without case, blanks and hyphens count as underscores.
    """

    def __init__(self, own: Mapping[str, str]) -> None:
        self.known = shipped_map() | {_plain(word): sector for word, sector in own.items()}
        self.mapped: Counter[tuple[str, str]] = Counter()
        self.unmapped: Counter[str] = Counter()

    def sector(self, word: str) -> str:
        """Return the model's sector for a word; other services where it is not known."""
        plain = _plain(word)
        if plain not in self.known:
            self.unmapped[plain] += 1
            return OTHER
        sector = self.known[plain]
        if plain != sector:
            self.mapped[plain, sector] += 1
        return sector

    def tell(self, findings: Findings) -> None:
        """Note how words were read."""
        if self.mapped:
            pairs = [f"{word} = {sector}" for word, sector in sorted(self.mapped)]
            findings.note("tables.sectors_mapped", {"pairs": pairs})
        if self.unmapped:
            words = [f"{word} ({number})" for word, number in self.unmapped.most_common()]
            findings.note("tables.sectors_unmapped", {"words": words, "sector": OTHER})


def _plain(word: str) -> str:
    return "_".join(word.lower().replace("-", " ").replace("_", " ").split())
