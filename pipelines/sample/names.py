"""Names of places, schools and people that nobody has: compounds made for the sample."""

import numpy as np

FIRST = [
    "Aldra",
    "Brindle",
    "Cressel",
    "Dunmer",
    "Elspar",
    "Fennick",
    "Garrow",
    "Hexel",
    "Ilver",
    "Jastle",
    "Kelmar",
    "Lindrow",
    "Morvel",
    "Nareth",
    "Ostle",
    "Pellow",
    "Quillen",
    "Rastle",
    "Selwick",
    "Tarrant",
    "Ulver",
    "Vellan",
    "Wexel",
    "Yarrel",
    "Zenner",
    "Ambrel",
    "Blenner",
    "Corvel",
    "Dravel",
    "Ettel",
    "Farrel",
    "Gossel",
    "Harrel",
    "Istel",
    "Jorrel",
    "Kestle",
    "Lorrel",
    "Murrel",
    "Norrel",
    "Orrel",
]
LAST = [
    "bourne",
    "combe",
    "ford",
    "ham",
    "hurst",
    "leigh",
    "mere",
    "ridge",
    "stead",
    "stoke",
    "thorpe",
    "wick",
    "worth",
    "barrow",
]
SAINTS = [
    "Aldhelm",
    "Aelred",
    "Bega",
    "Cuthburga",
    "Eanswythe",
    "Frideswide",
    "Inwen",
    "Kenelm",
    "Osburga",
    "Piran",
    "Wulfric",
    "Ywen",
]
STREETS = [
    "Chantry Lane",
    "Drovers Way",
    "Fuller Street",
    "Glebe Road",
    "Mill Rise",
    "Orchard Close",
    "Quarry Hill",
    "The Green",
]
TITLES = ("Mr", "Mrs", "Ms", "Miss", "Dr")
FORENAMES = ["Sampleton", "Demonda", "Examplia", "Fictor", "Placeholda", "Specimena", "Testwin", "Trialla"]
SURNAMES = [
    "Fictionby",
    "Inventedson",
    "Madeupham",
    "Notrealley",
    "Placeholderby",
    "Samplewright",
    "Specimenson",
    "Testfield",
]


def places(count: int, rng: np.random.Generator) -> list[str]:
    """Return `count` different place names, for example 'Kestlemere'."""
    every = [first + last for first in FIRST for last in LAST if first[-1] != last[0]]
    if count > len(every):
        raise ValueError(f"{count} place names wanted, only {len(every)} can be made; add to FIRST or LAST")
    return [every[position] for position in rng.permutation(len(every))[:count]]


def head_teacher(rng: np.random.Generator) -> tuple[str, str, str]:
    """Return title, forename and surname of a head teacher who is obviously invented."""
    return (
        TITLES[rng.integers(len(TITLES))],
        FORENAMES[rng.integers(len(FORENAMES))],
        SURNAMES[rng.integers(len(SURNAMES))],
    )
