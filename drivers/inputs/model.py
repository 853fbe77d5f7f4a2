"""What a row of `models.toml` says of a board, and whether a unit's options fit it."""

from typing import Any, Literal

import msgspec

from drivers.inputs.options import Options, Quantity

Speech = Literal["rtu", "mbap", "ch340", "gpio"]


class Model(msgspec.Struct, frozen=True):
    """A board. Counts of 0 mean that it has none; a GPIO chip says its own."""

    protocol: Speech
    baud: int = 9600
    coils: int = 0
    inputs: int = 0
    quantities: dict[str, Quantity] = {}

    def quantities_of(self, options: Options) -> dict[str, Quantity]:
        """Return the values to read: the options' own, else the model's."""
        return options.quantities or self.quantities


def model_of(row: dict[str, Any]) -> Model:
    """Return the row as a model."""
    return msgspec.convert(row, Model)


def misfit(model: Model, options: Options) -> str:
    """Return in one line what of the options the board does not have, or nothing."""
    if model.protocol == "gpio":
        return _gpio_misfit(options)
    places = [("contacts", name, one.channel, model.inputs) for name, one in options.contacts.items()]
    places += [("lamps", name, channel, model.coils) for name, channel in options.lamps.items()]
    for what, name, channel, count in places:
        if not isinstance(channel, int) or not 1 <= channel <= count:
            has = f"has channels 1 to {count}" if count else "has none"
            return f"{what}.{name}: channel {channel!r}, but this model {has}; correct the options or the model"
    if options.quantities and model.protocol == "ch340":
        return "quantities: this model measures nothing; correct the options or the model"
    return ""


def _gpio_misfit(options: Options) -> str:
    if options.quantities:
        return "quantities: a GPIO chip measures nothing; correct the options or the model"
    taken = {one.channel: name for name, one in options.contacts.items()}
    for name, channel in options.lamps.items():
        if channel in taken:
            return f"lamps.{name}: line {channel!r} is the contact {taken[channel]!r}; give each its own"
    return ""
