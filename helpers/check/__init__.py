"""Checks the exercises, and asks the quiz: what tells a learner at once whether an answer is right, and why it is not.

Every lesson from 01 on has exercises (notebooks/exercises), and every lesson ends with a quiz. The check of the
exercise 04-red is `check_red` in lesson_04.py, with each of its hints; `exercise("04-red", globals())` runs it.

runner: finds the check of an exercise, and gives it what the learner's notebook has named. tools: what the checks are made
of. lesson_01 and so on: the checks of a lesson's exercises. quiz: the question at the end of a lesson.
"""

from helpers.check import quiz
from helpers.check.runner import exercise
from helpers.check.tools import NotYet

__all__ = ["NotYet", "exercise", "quiz"]
