# %% 14-places-guess right
expected = "149"

# %% 14-places-guess right
expected = 150

# %% 14-places-guess wrong: not done yet
expected = "299"

# %% 14-places-guess wrong: not done yet
expected = None

# %% 14-places-guess wrong: not done yet
expected = "about 149"

# %% 14-places right
def places(size, kernel, stride, zeros):
    return len(range(0, size + zeros - kernel + 1, stride))

# %% 14-places right
def places(size, kernel, stride, zeros):
    return np.zeros(size + zeros)[:size + zeros - kernel + 1:stride].size

# %% 14-places wrong: steps | place | lesson 14
def places(size, kernel, stride, zeros):
    return (size + zeros - kernel) // stride

# %% 14-places wrong: whole number | lesson 14
def places(size, kernel, stride, zeros):
    return (size + zeros - kernel) / stride + 1

# %% 14-places wrong: rule same | lesson 14
def places(size, kernel, stride, zeros):
    return -(-size // stride)

# %% 14-places wrong: zeros are missing | lesson 14
def places(size, kernel, stride, zeros):
    return (size - kernel) // stride + 1

# %% 14-places wrong: both ends | once | lesson 14
def places(size, kernel, stride, zeros):
    return (size + 2 * zeros - kernel) // stride + 1

# %% 14-places wrong: not by 1 | lesson 14
def places(size, kernel, stride, zeros):
    return size + zeros - kernel + 1

# %% 14-places wrong: round down | lesson 14
def places(size, kernel, stride, zeros):
    return -(-(size + zeros - kernel) // stride) + 1

# %% 14-places wrong: first place | lesson 14
def places(size, kernel, stride, zeros):
    return size

# %% 14-folded right
def folded(kernel, bias, gamma, beta, mean, variance):
    scale = gamma / (variance + 0.001) ** 0.5
    return [kernel * scale, beta + scale * (bias - mean)]

# %% 14-folded right
def folded(kernel, bias, gamma, beta, mean, variance):
    before, after = np.zeros((2, len(bias)))
    def norm(x):
        return gamma * (x - mean) / np.sqrt(variance + 0.001) + beta
    new = kernel.copy()
    for i in np.ndindex(*kernel.shape[:3]):
        new[i] = norm(kernel[i]) - norm(0)
    return new, norm(bias)

# %% 14-folded wrong: scaled as well | lesson 14
folded = almost

# %% 14-folded wrong: own bias is missing | lesson 14
def folded(kernel, bias, gamma, beta, mean, variance):
    scale = gamma / np.sqrt(variance + 0.001)
    return kernel * scale, beta - mean * scale

# %% 14-folded wrong: root of the variance | lesson 14
def folded(kernel, bias, gamma, beta, mean, variance):
    scale = gamma / (variance + 0.001)
    return kernel * scale, (bias - mean) * scale + beta

# %% 14-folded wrong: 0.001 | lesson 14
def folded(kernel, bias, gamma, beta, mean, variance):
    scale = gamma / np.sqrt(variance)
    return kernel * scale, (bias - mean) * scale + beta

# %% 14-folded wrong: gamma is missing | lesson 14
def folded(kernel, bias, gamma, beta, mean, variance):
    scale = 1 / np.sqrt(variance + 0.001)
    return kernel * scale, (bias - mean) * scale + beta

# %% 14-folded wrong: kernel is not scaled | lesson 14
def folded(kernel, bias, gamma, beta, mean, variance):
    scale = gamma / np.sqrt(variance + 0.001)
    return kernel, (bias - mean) * scale + beta

# %% 14-folded wrong: mean is scaled | lesson 14
def folded(kernel, bias, gamma, beta, mean, variance):
    scale = gamma / np.sqrt(variance + 0.001)
    return kernel * scale, bias * scale + beta - mean

# %% 14-folded wrong: taken away | lesson 14
def folded(kernel, bias, gamma, beta, mean, variance):
    scale = gamma / np.sqrt(variance + 0.001)
    return kernel * scale, (bias + mean) * scale + beta

# %% 14-folded wrong: beta is missing | lesson 14
def folded(kernel, bias, gamma, beta, mean, variance):
    scale = gamma / np.sqrt(variance + 0.001)
    return kernel * scale, (bias - mean) * scale

# %% 14-folded wrong: two things | lesson 14
def folded(kernel, bias, gamma, beta, mean, variance):
    return kernel * gamma / np.sqrt(variance + 0.001)

# %% 14-folded wrong: kernel * scale | lesson 14
def folded(kernel, bias, gamma, beta, mean, variance):
    scale = gamma / np.sqrt(variance + 0.001)
    return kernel * scale + beta, (bias - mean) * scale + beta

# %% 14-folded wrong: follow one number | lesson 14
def folded(kernel, bias, gamma, beta, mean, variance):
    scale = gamma / np.sqrt(variance + 0.001)
    return kernel * scale, (bias + beta) * scale - mean

# %% 14-rows right
def rows_seen(layers):
    rows, step = 1, 1
    for kernel, stride in layers:
        rows, step = rows + step * (kernel - 1), step * stride
    return rows

# %% 14-rows right
def rows_seen(layers):
    rows = 1
    for kernel, stride in layers[::-1]:
        rows = (rows - 1) * stride + kernel
    return np.array([rows])

# %% 14-rows wrong: strides are missing | lesson 14
def rows_seen(layers):
    return 1 + sum(kernel - 1 for kernel, stride in layers)

# %% 14-rows wrong: layers after it | lesson 14
def rows_seen(layers):
    rows, step = 1, 1
    for kernel, stride in layers:
        step = step * stride
        rows = rows + step * (kernel - 1)
    return rows

# %% 14-rows wrong: begins with 1 | lesson 14
def rows_seen(layers):
    rows, step = 0, 1
    for kernel, stride in layers:
        rows, step = rows + step * (kernel - 1), step * stride
    return rows

# %% 14-rows wrong: one less | lesson 14
def rows_seen(layers):
    return sum(kernel for kernel, stride in layers)

# %% 14-rows wrong: overlap | lesson 14
def rows_seen(layers):
    return int(np.prod([kernel for kernel, stride in layers]))

# %% 14-rows wrong: strides multiply | lesson 14
def rows_seen(layers):
    rows, step = 1, 1
    for kernel, stride in layers:
        rows, step = rows + step * (kernel - 1), step + stride
    return rows

# %% 14-rows wrong: begin with 1 row | lesson 14
def rows_seen(layers):
    return 224
