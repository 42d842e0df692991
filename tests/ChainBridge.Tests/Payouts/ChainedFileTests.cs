using Gateway.ChainBridge.Payouts;

namespace Gateway.ChainBridge.Tests.Payouts;

public sealed class ChainedFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-chained-");

    private string File => Path.Combine(_folder.FullName, "lines");

    [Fact]
    public void After_a_flush_that_failed_no_line_is_added_and_the_file_opens_again()
    {
        ChainedFile.Open(File, out _).Dispose();
        using (var file = ChainedFile.Open(new FailingStream(File, failsAt: 2), out _))
        {
            file.Add("one");
            Assert.Throws<IOException>(() => file.Add("two"));
            Assert.Throws<IOException>(() => file.Add("three"));
        }

        // Whether the second line is there nobody knew; here it is, and what follows is chained to it.
        using (var file = ChainedFile.Open(File, out var lines))
        {
            Assert.Equal(["one", "two"], lines);
            file.Add("three");
        }

        ChainedFile.Open(File, out var all).Dispose();
        Assert.Equal(["one", "two", "three"], all);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    // A disk on which one flush fails and later ones do not.
    private sealed class FailingStream(string path, int failsAt)
        : FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0)
    {
        private int _flushes;

        public override void Flush(bool flushToDisk)
        {
            base.Flush(flushToDisk);
            if (flushToDisk && ++_flushes == failsAt)
            {
                throw new IOException("The disk is gone.");
            }
        }
    }
}
