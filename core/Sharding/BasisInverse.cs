namespace Idp.Core.Sharding;

/// <summary>A small square matrix and its inverse, by elimination with row exchanges.</summary>
internal sealed class BasisInverse(int size)
{
    private readonly double[] _inverse = new double[size * size];

    /// <value>Row by row; used up by <see cref="Invert"/>.</value>
    public double[] Matrix { get; } = new double[size * size];

    public ReadOnlySpan<double> this[int row] => _inverse.AsSpan(row * size, size);

    public void Invert()
    {
        Array.Clear(_inverse);
        for (var at = 0; at < size; at++)
        {
            _inverse[(at * size) + at] = 1;
        }

        for (var column = 0; column < size; column++)
        {
            var pivot = column;
            for (var row = column + 1; row < size; row++)
            {
                pivot = Math.Abs(Matrix[(row * size) + column]) > Math.Abs(Matrix[(pivot * size) + column]) ? row : pivot;
            }

            Exchange(Matrix, column, pivot);
            Exchange(_inverse, column, pivot);
            var scale = 1 / Matrix[(column * size) + column];
            for (var at = column * size; at < (column + 1) * size; at++)
            {
                Matrix[at] *= scale;
                _inverse[at] *= scale;
            }

            for (var row = 0; row < size; row++)
            {
                var factor = Matrix[(row * size) + column];
                for (var at = 0; at < size && row != column && factor != 0; at++)
                {
                    Matrix[(row * size) + at] -= factor * Matrix[(column * size) + at];
                    _inverse[(row * size) + at] -= factor * _inverse[(column * size) + at];
                }
            }
        }
    }

    private void Exchange(double[] matrix, int one, int other)
    {
        for (var at = 0; at < size && one != other; at++)
        {
            (matrix[(one * size) + at], matrix[(other * size) + at]) = (matrix[(other * size) + at], matrix[(one * size) + at]);
        }
    }
}
