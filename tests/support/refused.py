"""What every refusal must be: one plain sentence, and the right one."""

import pytest


def plain_sentence(words, call, *arguments, **keywords):
    """Asserts that a call is refused with one plain sentence that holds these words; gives the sentence.

    words: a text, or several, which only the right refusal holds: many others would be plain too. Of a library's own words,
    or a trace of its error, there must be none.
    """
    with pytest.raises((ValueError, TypeError, OSError)) as caught:
        call(*arguments, **keywords)
    problem, message = caught.value, str(caught.value)
    assert type(problem).__module__ == "builtins", f"a library's own class: {type(problem)}"
    assert problem.__cause__ is None and (problem.__context__ is None or problem.__suppress_context__)
    assert message and "\n" not in message and message[-1] in ".?", message
    for word in ("PIL.", "Error", "Exception", "Errno", "Traceback", "object is not", "has no attribute", "<", "0x"):
        assert word not in message, message
    for word in [words] if isinstance(words, str) else words:
        assert len(word) >= 3 and word in message, f"{word!r} is not in: {message}"
    return message
