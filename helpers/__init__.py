"""The helpers of the course. At the front, in this order, is the pipe; behind it, a wing for each thing that is not the pipe.

    files/       joint 1     file → pixels               whatever a person has; turned upright here
    images       joints 2, 3 pixels → resized → batch    the ways to fit: FITS; and load, from files
    normalizing  joint 4     batch → normalized
    cards        the catalogue: one card a network
    models       joint 5     normalized → network → 1000 probabilities
    labels       joint 6     probabilities → names
    doctor       is this machine ready?                  python -m helpers.doctor

    networks/    the networks: how the Lites are built, trained values from a file, engines, Grad-CAM and occlusion
    weights/     the big networks' trained values: found, fetched, mirrored      python -m helpers.weights
    plots/       every figure
    widgets/     panels to play with, and what they do to a picture
    transfer/    classes of your own
    folder/      a whole folder into a table                                     python -m helpers.folder
    check/       the exercises' checks and hints, a file a lesson; the quiz
    grading/     a class' exercises, handed out and graded                       python -m helpers.grading
    machine/     the ground floor: places, files on disk, the network, sentences

Nothing runs backwards: a file imports only what stands below it in the pipe, and a wing only through its face, its
`__init__.py`, which says what it is for and which names it hands on. `tests/` mirrors this house.
"""
