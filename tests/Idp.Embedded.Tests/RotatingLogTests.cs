namespace Idp.Embedded.Tests;

public sealed class RotatingLogTests
{
    // Found by idp chaos: the reader of PostgreSQL's output ended with the exception, and PostgreSQL stood still with a full pipe.
    [Fact]
    public void Write_DiskIsFull_DropsTheLineAndGoesOn()
    {
        const string AlwaysFull = "/dev/full";
        Assert.SkipUnless(File.Exists(AlwaysFull), "A file that is always full is a speciality of Linux.");
        using var log = new RotatingLog(AlwaysFull);

        log.Write("one");
        log.Write("two");
    }
}
