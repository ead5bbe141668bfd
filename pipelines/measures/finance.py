"""What maintained schools received and spent in a financial year (consistent financial reporting)."""

from pipelines.measures.vocabulary import UNITS, Derived, Measure, Polarity, Published, YearNote

TOPIC = "Finance"
_PHASES = ("nursery", "primary", "middle", "secondary", "all-through", "special", "alternative provision")
_FINANCIAL_YEAR = (
    YearNote(
        years=(2014, 2030),
        state="caution",
        note="Financial years run from April to March: 2018 is April 2017 to March 2018. Maintained schools "
        "only; academies report elsewhere.",
    ),
)


def _money(key: str, label: str, column: str, definition: str, axis: tuple[float, float]) -> Measure:
    return Measure(
        key=key,
        label=label,
        topic=TOPIC,
        definition=definition,
        origin=Published(source="school_finance", columns={"all": column}),
        unit=UNITS["pounds"],
        polarity=Polarity.NEUTRAL,
        years=(2014, None),
        axis=axis,
        phases=_PHASES,
        minimum_cohort=0,
        notes=_FINANCIAL_YEAR,
    )


MEASURES = (
    _money("income", "Income", "Income", "All income in the financial year.", (0, 10_000_000)),
    _money("spending", "Spending", "Expenditure", "All spending in the financial year.", (0, 10_000_000)),
    _money(
        "balance",
        "Income less spending",
        "Balance",
        "Income less spending within the financial year; not the reserve carried forward.",
        (-500_000, 500_000),
    ),
    Measure(
        key="balance_share_of_income",
        label="Income less spending, as a share of income",
        topic=TOPIC,
        definition="Income less spending within the financial year, as a percentage of income.",
        origin=Derived(formula="balance ÷ income × 100", inputs=("balance", "income")),
        unit=UNITS["share_of_income"],
        polarity=Polarity.NEUTRAL,
        years=(2014, None),
        axis=(-15, 15),
        phases=_PHASES,
        minimum_cohort=0,
        notes=_FINANCIAL_YEAR,
    ),
)
