"""Facts about Lishui prefecture, Zhejiang, as typed in from the 2020 census and GeoNames.

Counts are the China Population Census 2020 by county. Points are GeoNames (geonames.org, CC BY 4.0); those
marked RECALLED were typed from memory. Figures of the whole country are recalled from the published census
tables and serve only to split what the county tables leave together.
"""

from simulation.region.sources import GEONAMES, RECALLED, SEAT, TOWNSHIP, County, Place, Region

# population, urban, rural, households, mean size, one-person households; ages 0-14, 15-24, 25-39, 40-59, 60-69, 70+
# fmt: off
COUNTIES = (
    County(
        "331102", "Liandu", "莲都区",
        562_116, 429_633, 132_483, 207_310, 2.4, 65_546,
        (88_511, 66_580, 127_263, 181_401, 56_205, 42_156), "gn1803245",
    ),
    County(
        "331121", "Qingtian", "青田县",
        509_053, 270_319, 238_734, 203_422, 2.39, 71_897,
        (86_734, 53_005, 106_936, 166_478, 52_670, 43_230), "gn1808761",
    ),
    County(
        "331122", "Jinyun", "缙云县",
        405_318, 230_304, 175_014, 171_575, 2.25, 56_078,
        (68_386, 33_024, 67_797, 139_831, 50_074, 46_206), "gn1790856",
    ),
    County(
        "331123", "Suichang", "遂昌县",
        194_385, 106_969, 87_416, 78_203, 2.37, 21_033,
        (25_597, 13_394, 29_443, 72_900, 29_866, 23_185), "miaogao",
    ),
    County(
        "331124", "Songyang", "松阳县",
        204_880, 97_751, 107_129, 81_817, 2.41, 21_920,
        (31_240, 15_764, 32_568, 77_332, 26_820, 21_156), "xiping",
    ),
    County(
        "331125", "Yunhe", "云和县",
        129_216, 94_499, 34_717, 52_929, 2.36, 15_266,
        (19_566, 9_248, 23_837, 50_371, 14_667, 11_527), "yunhe",
    ),
    County(
        "331126", "Qingyuan", "庆元县",
        142_551, 90_524, 52_027, 58_774, 2.29, 17_013,
        (22_993, 10_589, 21_576, 55_019, 17_817, 14_557), "gn1793952",
    ),
    County(
        "331127", "Jingning", "景宁畲族自治县",
        111_011, 64_616, 46_395, 47_298, 2.22, 16_419,
        (19_050, 8_376, 16_184, 40_917, 14_177, 12_307), "gn1808242",
    ),
    County(
        "331181", "Longquan", "龙泉市",
        248_866, 165_567, 83_299, 96_619, 2.35, 27_197,
        (38_340, 20_799, 39_416, 94_385, 29_764, 26_162), "longyuan",
    ),
)
# fmt: on

# GeoNames id, name, Chinese name (empty where not known with confidence), latitude, longitude
GEONAMES_SEATS = (1803245, 1808761, 1790856, 1793952, 1808242)
GEONAMES_POINTS = (
    (1783593, "Zuoxi", "左溪", 27.63006, 119.37891),
    (1786637, "Yingchuan", "英川", 27.85306, 119.31528),
    (1788808, "Xinjian", "新建", 28.72435, 120.01922),
    (1790064, "Xiaomei", "小梅", 27.82583, 118.97222),
    (1790404, "Xianliang", "贤良", 27.65167, 119.22389),
    (1790856, "Wuyun", "五云", 28.65388, 120.06693),
    (1791324, "Wudabao", "五大堡", 27.60782, 119.1693),
    (1793952, "Songyuan", "松源", 27.62167, 119.05917),
    (1794531, "Shuhong", "舒洪", 28.64638, 120.1561),
    (1794568, "Shuangxi", "双溪", 28.59376, 119.87291),
    (1794931, "Shixi", "石溪", 28.19542, 120.24324),
    (1795779, "Shawan", "沙湾", 27.85311, 119.46514),
    (1795985, "Shankou", "山口", 28.0708, 120.31654),
    (1797156, "Renzhuang", "仁庄", 28.04528, 120.24756),
    (1798368, "Dayang", "大洋", 28.50926, 120.25756),
    (1798731, "Pingnan", "屏南", 27.8425, 119.08333),
    (1800337, "Shangyang", "上垟", 27.96472, 118.86583),
    (1801125, "Maoyang", "毛垟", 27.72444, 119.38306),
    (1802642, "Longgong", "隆宫", 27.49028, 118.94417),
    (1803245, "Lishui", "丽水", 28.46042, 119.91029),
    (1804904, "Jushui", "举水", 27.49583, 119.17389),
    (1806537, "Huzhen", "壶镇", 28.80774, 120.25264),
    (1807517, "Lizhai", "", 28.39128, 120.19771),
    (1807547, "Huangcun", "黄村", 28.51068, 120.04901),
    (1808242, "Hexi", "鹤溪", 27.97444, 119.63083),
    (1808743, "Hedi", "荷地", 27.57733, 119.2795),
    (1808761, "Hecheng", "鹤城", 28.13939, 120.28799),
    (1809075, "Haikou", "海口", 28.32583, 120.08299),
    (1812424, "Dongkeng", "东坑", 27.79611, 119.71083),
    (1813147, "Dayuan", "大源", 28.61035, 120.31892),
    (1814205, "Daji", "大漈", 27.81409, 119.58574),
    (1814836, "Chuanliao", "船寮", 28.25822, 120.21184),
    (1815376, "Chatian", "查田", 27.87861, 118.9875),
    (1816384, "Bihu", "碧湖", 28.34045, 119.78739),
    (1817417, "Baishanzu", "百山祖", 27.73639, 119.17861),
    (1817827, "Badu", "八都", 27.98061, 118.93194),
    (1882853, "Fangshan", "方山", 28.0236, 120.3135),
    (1882858, "Gui'ao", "贵岙", 28.17364, 120.35304),
    (1882859, "Xiaozhoushan", "小舟山", 28.20651, 120.38415),
    (1882943, "Wanshan", "万山", 28.33565, 120.3082),
    (1882958, "Muli", "", 28.44918, 120.34098),
    (1883005, "Sanxi", "三溪", 28.70271, 120.2776),
    (1883010, "Qianlu", "前路", 28.76777, 120.26063),
    (1883017, "Yanling", "", 28.83307, 120.2883),
    (1883027, "Baizhu", "", 28.90969, 120.28449),
    (1883093, "Huangyang", "黄垟", 28.2963, 120.35147),
    (1905324, "Zhukou", "竹口", 27.69722, 118.91444),
    (1918527, "Meiqi", "梅岐", 27.91222, 119.76056),
    (1918558, "Jingnan", "景南", 27.76139, 119.64444),
    (1918559, "Yanxi", "雁溪", 27.73532, 119.59535),
    (1918562, "Dadi", "大地", 27.76562, 119.45984),
    (1918563, "Biaoxi", "标溪", 27.85161, 119.49792),
    (1918567, "Jiadi", "家地", 27.71839, 119.52172),
    (1918568, "Guantang", "官塘", 27.67491, 119.44944),
    (1918572, "Jianggen", "江根", 27.55732, 119.43665),
    (1918580, "Yushang", "淤上", 27.57306, 118.98778),
    (1918583, "Longxi", "龙溪", 27.44917, 119.24333),
    (1918588, "Annan", "安南", 27.50774, 119.05474),
    (1918591, "Zhangcun", "张村", 27.67801, 119.30361),
    (1918595, "Qiulu", "秋炉", 27.72642, 119.34583),
    (1918602, "Dajun", "大均", 27.95417, 119.56194),
    (1918606, "Geshan", "", 27.89111, 119.34806),
    (1918611, "Huangtian", "黄田", 27.76556, 118.93306),
    (1918613, "Sishan", "", 27.69944, 119.06),
    (1918620, "Hehu", "合湖", 27.78138, 119.2837),
    (1918647, "Lingtou", "岭头", 27.55251, 119.24622),
    (1918655, "Pingdu", "屏都", 27.61289, 118.96666),
    (1918681, "Longnan", "龙南", 27.93489, 119.29388),
    (1918683, "Yunfeng", "", 27.97694, 119.37528),
    (1918685, "Wutong", "梧桐", 27.88973, 119.50995),
    (1918690, "Luci", "鸬鹚", 27.87722, 119.4025),
    (6969807, "Zhoukou", "", 27.69684, 118.91938),
    (6969808, "Xibian", "", 27.76459, 118.93766),
    (6969836, "Sanxi", "", 27.6959, 119.06262),
    (6971551, "Chengzhao", "澄照", 27.92394, 119.61834),
    (6971554, "Zhengkeng", "郑坑", 27.98935, 119.80402),
    (6982850, "Anren", "安仁", 28.06147, 119.3365),
    (6982881, "Shitang", "石塘", 28.22326, 119.66558),
    (6982913, "Liancheng", "联城", 28.47433, 119.85332),
    (6982915, "Shuige", "水阁", 28.4175, 119.85998),
    (6982925, "Lakou", "腊口", 28.33858, 119.95545),
    (8398269, "Xinbi", "新碧", 28.75633, 120.08784),
    (8398270, "Chengbei", "城北", 28.71562, 120.06952),
    (8398271, "Qili", "七里", 28.68033, 120.0587),
    (8398272, "Dongdu", "东渡", 28.62019, 120.05414),
    (8398273, "Fangxi", "方溪", 28.54308, 120.13986),
    (8398274, "Huyuan", "胡源", 28.60592, 120.2016),
    (8398275, "Dongfang", "东方", 28.75448, 120.16532),
    (8398276, "Shuangxikou", "双溪口", 28.63765, 120.25756),
    (8398277, "Rongjiang", "溶江", 28.6422, 120.22398),
    (8415404, "Shijian", "石笕", 28.48323, 120.14722),
    (8415406, "Shuqiao", "舒桥", 28.42808, 120.06347),
    (8415407, "Haixi", "海溪", 28.39864, 120.0878),
    (8415408, "Gaohu", "高湖", 28.33673, 120.21782),
    (8415409, "Dongyuan", "东源", 28.31896, 120.23205),
    (8415455, "Bushan", "", 28.08139, 120.17877),
    (8415456, "Beishan", "北山", 28.07973, 120.01901),
    (8415457, "Jupu", "巨浦", 28.13379, 120.06877),
    (8415458, "Gaoshi", "高市", 28.26421, 120.12558),
    (8415459, "Rengong", "仁宫", 28.16951, 120.17318),
    (8415460, "Zhangdan", "章旦", 28.12702, 120.25335),
)
# GeoNames gives one of its points a population; it is the city's of an unstated year and is not used.

# County seats that the GeoNames list lacks: id, name, Chinese name, latitude, longitude, good to about 1 km.
RECALLED_SEATS = (
    ("miaogao", "Miaogao", "妙高", 28.592, 119.276),
    ("xiping", "Xiping", "西屏", 28.449, 119.482),
    ("yunhe", "Yunhe", "云和", 28.115, 119.573),
    ("longyuan", "Longyuan", "龙渊", 28.075, 119.142),
)

# Millions of residents of China in 2020 by five-year age, 0-4 to 85 and over.
CHINA_FIVE_YEAR_AGES = (
    77.9, 90.2, 85.3, 72.7, 74.9, 91.8, 124.1, 99.0, 93.0, 114.2, 121.2, 101.4, 73.4, 74.0, 49.6, 31.2, 20.4, 15.4,
)  # fmt: skip

# Percent of China's urban and rural residents in 2020 aged 0-14, 15-59, 60-64, 65 and over.
BROAD_AGES = (0, 15, 60, 65)
CHINA_URBAN_AGES = (17.2, 67.0, 4.7, 11.1)
CHINA_RURAL_AGES = (19.3, 56.9, 6.1, 17.7)

# Percent of China's family households in 2020 with 2, 3, ... 8 people.
CHINA_HOUSEHOLD_SIZES = (29.7, 21.0, 13.2, 6.2, 3.1, 1.0, 0.5)

LISHUI = Region(
    name="lishui",
    title_en="Lishui prefecture, Zhejiang",
    title_zh="浙江省丽水市",
    census_year=2020,
    currency="CNY",
    detour=1.8,
    remote_beyond_km=5.0,
    band_starts=(0, 15, 25, 40, 60, 70),
    counties=COUNTIES,
    places=(
        *(
            Place(f"gn{key}", name, name_zh, lat, lon, SEAT if key in GEONAMES_SEATS else TOWNSHIP, GEONAMES)
            for key, name, name_zh, lat, lon in GEONAMES_POINTS
        ),
        *(Place(key, name, name_zh, lat, lon, SEAT, RECALLED) for key, name, name_zh, lat, lon in RECALLED_SEATS),
    ),
    five_year_profile=CHINA_FIVE_YEAR_AGES,
    broad_starts=BROAD_AGES,
    urban_profile=CHINA_URBAN_AGES,
    rural_profile=CHINA_RURAL_AGES,
    household_size_profile=CHINA_HOUSEHOLD_SIZES,
    # Urban income per head was about twice the rural one in 2020 (recalled): 0.7 in logs, one standard deviation.
    urban_income_tilt=1.0,
    elder_income_tilt=-0.5,
    sources=(
        "China Population Census 2020 by county: residents, urban and rural, households, age bands of nine counties",
        "GeoNames (geonames.org), CC BY 4.0: 101 points; Chinese names added by hand",
        "China Population Census 2020, national tables (recalled): five-year ages, urban and rural ages, household "
        "sizes",
    ),
    estimated=(
        "Residents of every place: no source gives them; county totals are spread over places, 70% of urban residents "
        "at the county seat, rural residents evenly with the seat counting twice.",
        "The county of a place: the county whose seat is nearest in a straight line.",
        "Coordinates of the seats of Suichang, Songyang, Yunhe and Longquan: from memory, good to about 1 km.",
        "Townships of Suichang and Songyang, and most of Yunhe: absent from the list of points, so their rural "
        "residents are placed around the seat, too near to it.",
        "Five-year ages within a census band: national profile of 2020.",
        "Age by urban and rural within a county: national ratio of 2020, fitted to the county's exact margins.",
        "Where around a place people live, and so who is remote: lognormal distances from the place.",
        "Households: sizes follow the national distribution tilted to each county's mean size and share of one-person "
        "households; residents of institutions and dormitories are placed in such households too; who lives with whom "
        "follows assumed household types.",
        "Income thirds: households ranked by a random score, higher in urban areas and lower where the head is 60 or "
        "over.",
        "Merchants: generated from rates, not counted.",
        "Grown-up children of residents aged 60 and over: assumed shares have one nearby, one elsewhere in the region, "
        "or none; who it is, by lot.",
        "Who has an old telephone and who refuses to pay by face: assumed shares by age.",
        "Mobile network: seconds and failures assumed by kind of area.",
    ),
    sources_zh=(
        "2020 年第七次全国人口普查分县资料：九个县（市、区）的常住人口、城乡人口、家庭户与年龄段",
        "GeoNames（geonames.org），CC BY 4.0：101 个地点；中文名为手工补充",
        "2020 年人口普查全国资料（凭记忆）：五岁组年龄、城乡年龄结构、家庭户规模",
    ),
    estimated_zh=(
        "各地点的常住人口：没有来源，由县总数分摊；城镇人口 70% 在县城，农村人口平均分摊，县城按两份计。",
        "各地点所属县：按直线距离最近的县城确定。",
        "遂昌、松阳、云和、龙泉县城的坐标：凭记忆，误差约 1 公里。",
        "遂昌、松阳以及云和大部分乡镇：地点名录中没有，其农村居民被放在县城周围，距离偏近。",
        "普查年龄段内的五岁组：按 2020 年全国结构。",
        "县内城乡的年龄结构：按 2020 年全国城乡之比，再与该县的准确合计吻合。",
        "居民在地点周围的分布，以及由此确定的偏远与否：按对数正态距离。",
        "家庭户：规模按全国分布，并调整到各县的平均规模与一人户比例；集体户居民也并入其中；谁与谁同住按假设的家庭类型。",
        "收入三等分：家庭按随机得分排序，城镇较高，户主 60 岁及以上较低。",
        "商户：按比率生成，不是清点所得。",
        "60 岁及以上居民的成年子女：按假定比例住在附近、住在本地区别处或不在本地区；具体是谁由抽签决定。",
        "谁用旧手机、谁不愿刷脸支付：按年龄的假定比例。",
        "移动网络：延迟秒数与失败率按地点类别假定。",
    ),
)
