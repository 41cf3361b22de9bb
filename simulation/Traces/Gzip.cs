using System.IO.Compression;

namespace Idp.Simulation.Traces;

/// <summary>Tells gzip from plain files by their first two bytes, whatever they are called.</summary>
public static class Gzip
{
    /// <param name="stream">Seekable.</param>
    public static Stream Open(Stream stream)
    {
        var (first, second) = (stream.ReadByte(), stream.ReadByte());
        stream.Position = 0;
        return (first, second) is (0x1f, 0x8b) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
    }
}
