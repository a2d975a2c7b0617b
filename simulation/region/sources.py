"""What a region is made of: census margins, places, and the settings that turn them into people."""

from dataclasses import dataclass, field

SEAT = "seat"
TOWNSHIP = "township"
GEONAMES = "geonames"
RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class County:
    """One county-level unit as its census counts it.

    `by_band` holds residents by census age band, in the order of `Region.band_starts`.
    """

    code: str
    name: str
    name_zh: str
    population: int
    urban_population: int
    rural_population: int
    households: int  # family households, without institutions and dormitories
    mean_household_size: float
    one_person_households: int
    by_band: tuple[int, ...]
    seat: str  # place_id


@dataclass(frozen=True, slots=True)
class Place:
    """A point people live around. `population` None is unknown, which is never zero."""

    place_id: str
    name: str
    name_zh: str  # empty where not known with confidence
    lat: float  # degrees north, WGS84
    lon: float  # degrees east
    kind: str  # SEAT or TOWNSHIP
    origin: str  # GEONAMES or RECALLED
    population: int | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """How county totals are spread over places and around them. Every value is an assumption.

    Urban people live at the county seat (`urban_seat_share`) and, evenly, at the county's other points; in a
    lognormal radius whose median follows from their number and `urban_density_per_km2`. Rural people live
    around all points of the county, the seat counting `rural_seat_weight` times, in a lognormal radius.
    """

    urban_seat_share: float = 0.7
    urban_density_per_km2: float = 8000.0
    urban_radius_sigma: float = 0.5
    urban_radius_floor_km: float = 0.3
    rural_seat_weight: float = 2.0
    rural_radius_km: float = 4.0  # median
    rural_radius_sigma: float = 0.7
    radius_limit_km: float = 25.0


@dataclass(frozen=True, slots=True)
class Region:
    """Everything known about a region before a seed is chosen.

    `five_year_profile` has 18 shares, ages 0-4 to 85 and over, and splits census bands; `broad_starts`,
    `urban_profile` and `rural_profile` give the age structure of urban and rural people from which the table
    age x urban/rural of every county starts.
    """

    name: str
    title_en: str
    title_zh: str
    census_year: int
    currency: str
    detour: float  # travel km per straight-line km
    remote_beyond_km: float  # rural people farther than this from every point are remote, straight line
    band_starts: tuple[int, ...]  # first age of each census band
    counties: tuple[County, ...]
    places: tuple[Place, ...]
    five_year_profile: tuple[float, ...]
    broad_starts: tuple[int, ...]
    urban_profile: tuple[float, ...]
    rural_profile: tuple[float, ...]
    household_size_profile: tuple[float, ...]  # relative frequency of sizes 2, 3, ...; tilted to each county's mean
    urban_income_tilt: float  # standard deviations of log income within an area
    elder_income_tilt: float
    sources: tuple[str, ...]
    estimated: tuple[str, ...]
    sources_zh: tuple[str, ...] = ()  # the same in Chinese, line by line
    estimated_zh: tuple[str, ...] = ()
    spread: Spread = field(default_factory=Spread)

    @property
    def n_residents(self) -> int:
        """Return residents of all ages."""
        return sum(county.population for county in self.counties)

    @property
    def n_eligible(self) -> int:
        """Return residents aged 15 and over, whom the citizens stand for."""
        adult = [index for index, start in enumerate(self.band_starts) if start >= ADULT_AGE]
        return sum(county.by_band[index] for county in self.counties for index in adult)


ADULT_AGE = 15


def names() -> tuple[str, ...]:
    """Return the names of the built-in regions."""
    return ("lishui",)


def builtin(name: str) -> Region:
    """Return a built-in region.

    Raises
    ------
    KeyError
        If no built-in region has that name.
    """
    from simulation.region.lishui import LISHUI

    regions = {"lishui": LISHUI}
    if name not in regions:
        raise KeyError(f"no built-in region {name!r}; there are: {', '.join(names())}")
    return regions[name]
