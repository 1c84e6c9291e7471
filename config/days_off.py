"""Days off: the bank holidays of England, corrected by bank_holidays.toml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from config.documents import Layers, read_document
from config.explain import checked
from config.faults import Fault
from config.rows import BankHolidayCorrections

FILE = "bank_holidays.toml"
_FEWEST_IN_A_YEAR = 6  # eight are usual; some years lose one or two to weekends that are not made up for


def read_corrections(config_dir: Path, this_year: int, faults: list[Fault]) -> BankHolidayCorrections:
    """The corrections, none if they have a fault; a fault too if the holidays do not reach next year."""
    document = read_document(config_dir, FILE, faults)
    if document is None:
        return BankHolidayCorrections()
    layers = Layers([document])
    corrections = checked(BankHolidayCorrections, layers.data, layers, (), faults) or BankHolidayCorrections()
    if len(bank_holidays(corrections, this_year + 1, this_year + 1)) < _FEWEST_IN_A_YEAR:
        what = f"The bank holidays do not reach {this_year + 1}."
        do = "Update the library `holidays`, or write the days of that year under `add`; look at `remove`."
        faults.append(layers.fault(("remove",) if corrections.remove else (), what, do))
    return corrections


def bank_holidays(corrections: BankHolidayCorrections, first_year: int, last_year: int) -> dict[date, str]:
    """The bank holidays of England in those years, both included, with their names."""
    years = range(first_year, last_year + 1)
    days = {day: name for year in years for day, name in _as_the_library_has_them(year).items()}
    days |= {row.on: row.name for row in corrections.add if row.on.year in years}
    removed = {row.on for row in corrections.remove}
    return {day: days[day] for day in sorted(days) if day not in removed}


@cache
def _as_the_library_has_them(year: int) -> Mapping[date, str]:
    import holidays  # here, because importing it takes longer than reading all the configuration

    return dict(holidays.country_holidays("GB", subdiv="ENG", years=year).items())
