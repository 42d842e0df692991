using CsCheck;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Tests.Metadata;

namespace Gateway.ChainBridge.Tests.Scale;

public sealed class ValueTests
{
    private static readonly TypeRegistry Types = Runtimes.Spec224.Types;

    [Fact]
    public void Any_value_of_any_type_is_read_back_and_skipped()
    {
        Gen.Select(Gen.Int[0, Types.Types.Length - 1], Gen.Int).Sample(
            sample =>
            {
                var value = new ValueMaker(Types, sample.Item2).TryMake(sample.Item1);
                if (value is null)
                {
                    return;
                }

                var bytes = Types.Encode(sample.Item1, value);
                Assert.Equal(value, Types.Decode(sample.Item1, bytes));
                var reader = new ScaleReader(bytes);
                ValueSkipper.Skip(Types, sample.Item1, ref reader);
                reader.RequireEnd();
            },
            iter: 5_000);
    }

    [Fact]
    public void Any_bytes_are_refused_by_the_codecs_own_error_or_written_again_the_same()
    {
        var accepted = 0;
        Gen.Select(Gen.Int[0, Types.Types.Length - 1], SmallBytes).Sample(
            sample =>
            {
                var (type, bytes) = sample;
                var reader = new ScaleReader(bytes);
                try
                {
                    var value = ValueReader.Read(Types, type, ref reader);
                    Assert.Equal(bytes[..reader.Position], Types.Encode(type, value));
                    Interlocked.Increment(ref accepted);
                }
                catch (ScaleException)
                {
                    // Refused, as most bytes are.
                }
            },
            iter: 20_000);
        Assert.NotEqual(0, accepted);
    }

    [Fact]
    public void Skipping_accepts_exactly_what_reading_does()
    {
        Gen.Select(Gen.Int[0, Types.Types.Length - 1], SmallBytes).Sample(
            sample => Assert.Equal(
                Outcome(sample.Item2, sample.Item1, skip: false), Outcome(sample.Item2, sample.Item1, skip: true)),
            iter: 20_000);
    }

    // Small numbers make plausible tags and lengths.
    private static Gen<byte[]> SmallBytes => Gen.Frequency((3, Gen.Byte[0, 12]), (1, Gen.Byte)).Array[0, 80];

    // Skipping does not look inside plain types, so only the fault is comparable, not its place.
    private static (ScaleFault? Fault, int Position) Outcome(byte[] bytes, int type, bool skip)
    {
        var reader = new ScaleReader(bytes);
        try
        {
            if (skip)
            {
                ValueSkipper.Skip(Types, type, ref reader);
            }
            else
            {
                _ = ValueReader.Read(Types, type, ref reader);
            }

            return (null, reader.Position);
        }
        catch (ScaleException failure)
        {
            return (failure.Fault, 0);
        }
    }
}
