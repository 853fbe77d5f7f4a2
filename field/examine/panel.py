"""Finding about a unit's screen: whether the file contradicts the panel that is plugged in."""

from config.panel import contradiction, plugged
from config.unit import UnitConfig
from field.examine.finding import Finding, amber

MEASURE = "measure the panel and correct [face] of the file; sizes on the screen follow from it"
FACES = ("kiosk", "lobby", "counter")


def examine_panel(config: UnitConfig) -> list[Finding]:
    """Say where they contradict each other; a panel that agrees, or none, is no finding."""
    says = contradiction(config.face, plugged()) if config.unit.kind in FACES else ""
    return [amber(f"{config.unit.name} screen", says, MEASURE)] if says else []
