"""For teachers: exercises are handed out, and what comes back is graded with nobody watching. No lesson needs this wing.

    python -m helpers.grading assignments           # notebooks/solutions -> a course folder for nbgrader, build/course
    python -m helpers.grading grade SUBMISSIONS     # SUBMISSIONS/PUPIL/NN_exercises.ipynb -> grades.csv and feedback there

notebooks/TEACHING.md says how (Exercises and grading). From one pupil's folder to points, file by file: marking goes through
a class; submissions finds what was handed in, and takes the answers out of it; guarded runs them to their end, in a kernel
that kernel starts (pupil_kernel is what it starts) within the sandbox and its fences; gradebook counts the points, feedback
makes a page of what came out. cells: what a cell is to nbgrader.
The face hands on the sandbox alone, and is light: the tests run the lessons in it too.
"""

from helpers.grading import sandbox

__all__ = ["sandbox"]
