using System.Buffers;
using Gateway.Router.Forwarding;

namespace Gateway.Router.Tests.Forwarding;

public sealed class PooledBufferTests
{
    [Theory]
    [InlineData(100, "", 1024)]
    [InlineData(3000, "", 1024, 2048, 4096)]
    [InlineData(100, "clear", 1024)]
    [InlineData(100, "truncate", 1024)]
    public void What_it_held_does_not_go_back_to_the_pool(int length, string shorten, params int[] sizes)
    {
        using (var buffer = new PooledBuffer())
        {
            for (var written = 0; written < length; written++)
            {
                buffer.Append((byte)'s');
            }

            if (shorten == "clear")
            {
                buffer.Clear();
            }
            else if (shorten == "truncate")
            {
                buffer.Truncate(1);
            }
        }

        // The pool hands a thread back what it returned last of each size.
        Assert.All(sizes, size => Assert.DoesNotContain((byte)'s', ArrayPool<byte>.Shared.Rent(size)));
    }
}
