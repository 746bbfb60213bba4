"""The exceptions of this package: they are about configuration, never about a text."""


class TextFormatError(Exception):
    """A text format cannot be applied; the root of this package's exceptions."""


class UnknownFilterError(TextFormatError):
    """A text format names a filter that is not registered.

    The filter is not skipped, as it may be there to remove something.
    """

    def __init__(self, format_id: str, filter_id: str) -> None:
        self.format_id = format_id
        self.filter_id = filter_id
        super().__init__(
            f'Text format "{format_id}" uses the filter "{filter_id}", which is not known. '
            f"Register a callable as drupal_jwt_auth.text.FILTERS[{filter_id!r}] "
            f"or take the filter out of the format."
        )
