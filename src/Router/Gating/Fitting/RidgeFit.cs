using System.Numerics;
using System.Runtime.InteropServices;
using Gateway.Router.Tasks;

namespace Gateway.Router.Gating.Fitting;

/// <summary>Ridge regression of many outputs on sparse rows, solved by conjugate gradients for all outputs at once
/// (Hestenes, Stiefel 1952): <c>(X'X + lambda) W = X'Y</c>.</summary>
/// <param name="rows">X, one prompt a row.</param>
/// <param name="stride">Outputs a row, padded to a multiple of the vector width.</param>
internal sealed class RidgeFit(FeatureMatrix rows, int stride)
{
    private const int Rounds = 30;

    /// <summary>Fits on some of the rows.</summary>
    /// <param name="used">Whether each row takes part.</param>
    /// <param name="targets">Y, <c>[rows, stride]</c>, centred by the caller.</param>
    /// <param name="lambda">Above 0; rows have unit length, so it counts in rows.</param>
    /// <returns>W, <c>[buckets, stride]</c>.</returns>
    internal float[] Fit(bool[] used, float[] targets, float lambda)
    {
        var weights = new float[FeatureBuffer.Buckets * stride];
        var residual = Transposed(used, targets);
        var direction = (float[])residual.Clone();
        var norms = Norms(residual);
        for (var round = 0; round < Rounds; round++)
        {
            var image = Transposed(used, Times(used, direction));
            Axpy(image, direction, Same(lambda));
            var steps = Ratio(norms, Dots(direction, image));
            Axpy(weights, direction, steps);
            Axpy(residual, image, Negated(steps));
            var next = Norms(residual);
            Extend(direction, residual, Ratio(next, norms));
            norms = next;
        }

        return weights;
    }

    /// <summary>The outputs of every row under these weights.</summary>
    internal float[] Predict(float[] weights) => Times(null, weights);

    private float[] Times(bool[]? used, float[] weights)
    {
        var product = new float[rows.Rows * stride];
        var indices = rows.AllIndices;
        var values = rows.AllWeights;
        for (var row = 0; row < rows.Rows; row++)
        {
            if (used is not null && !used[row])
            {
                continue;
            }

            var target = product.AsSpan(row * stride, stride);
            var (start, length) = rows.Row(row).GetOffsetAndLength(indices.Length);
            for (var i = start; i < start + length; i++)
            {
                AddScaled(target, weights.AsSpan(indices[i] * stride, stride), values[i]);
            }
        }

        return product;
    }

    private float[] Transposed(bool[] used, float[] targets)
    {
        var product = new float[FeatureBuffer.Buckets * stride];
        var indices = rows.AllIndices;
        var values = rows.AllWeights;
        for (var row = 0; row < rows.Rows; row++)
        {
            if (!used[row])
            {
                continue;
            }

            var source = targets.AsSpan(row * stride, stride);
            var (start, length) = rows.Row(row).GetOffsetAndLength(indices.Length);
            for (var i = start; i < start + length; i++)
            {
                AddScaled(product.AsSpan(indices[i] * stride, stride), source, values[i]);
            }
        }

        // A line through the shapes says less than the clusters do, which know shape and topic together.
        product.AsSpan(FeatureBuffer.FirstShape * stride).Clear();
        return product;
    }

    /// <summary>Adds a scaled row to another; both have a multiple of the vector width.</summary>
    internal static void AddScaled(Span<float> target, ReadOnlySpan<float> source, float scale)
    {
        var sums = MemoryMarshal.Cast<float, Vector<float>>(target);
        var added = MemoryMarshal.Cast<float, Vector<float>>(source);
        var factor = new Vector<float>(scale);
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += added[i] * factor;
        }
    }

    private float[] Norms(float[] matrix) => Dots(matrix, matrix);

    private float[] Dots(float[] left, float[] right)
    {
        var sums = new float[stride];
        for (var at = 0; at < left.Length; at += stride)
        {
            for (var i = 0; i < stride; i++)
            {
                sums[i] += left[at + i] * right[at + i];
            }
        }

        return sums;
    }

    private void Axpy(float[] target, float[] source, float[] factors)
    {
        for (var at = 0; at < target.Length; at += stride)
        {
            for (var i = 0; i < stride; i++)
            {
                target[at + i] += source[at + i] * factors[i];
            }
        }
    }

    private void Extend(float[] direction, float[] residual, float[] factors)
    {
        for (var at = 0; at < direction.Length; at += stride)
        {
            for (var i = 0; i < stride; i++)
            {
                direction[at + i] = residual[at + i] + (direction[at + i] * factors[i]);
            }
        }
    }

    private float[] Same(float value)
    {
        var values = new float[stride];
        Array.Fill(values, value);
        return values;
    }

    private static float[] Negated(float[] values) => Array.ConvertAll(values, static value => -value);

    // A column that is solved, or was zero from the start, has nothing left to divide.
    private static float[] Ratio(float[] over, float[] under)
    {
        var ratio = new float[over.Length];
        for (var i = 0; i < over.Length; i++)
        {
            ratio[i] = under[i] > 1e-12f ? over[i] / under[i] : 0;
        }

        return ratio;
    }
}
