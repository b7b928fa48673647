"""Stands in for Colab's own module, only in the look-alike: what a lesson might ask it for, with no page behind it."""

from types import SimpleNamespace

files = SimpleNamespace(upload=lambda: {}, download=lambda _: None)  # a learner who chooses no file
output = SimpleNamespace(enable_custom_widget_manager=lambda: None, disable_custom_widget_manager=lambda: None)
