using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Idp.Client;

/// <summary>The last known routes on disk: a line with the SHA-256 of the rest, then the document as JSON.</summary>
internal sealed class RouteFile(string path)
{
    private const int ChecksumLength = 2 * SHA256.HashSizeInBytes;

    /// <returns>Null when there is no file.</returns>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public RoutingDocument? Read()
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var content = File.ReadAllBytes(path).AsSpan();
        if (content.Length <= ChecksumLength || content[ChecksumLength] != '\n')
        {
            throw new InvalidDataException($"{path} does not begin with a checksum.");
        }

        var body = content[(ChecksumLength + 1)..];
        if (!content[..ChecksumLength].SequenceEqual(Checksum(body)))
        {
            throw new InvalidDataException($"{path} does not match its checksum.");
        }

        try
        {
            return RoutingJson.Read(body);
        }
        catch (JsonException malformed)
        {
            throw new InvalidDataException($"{path} is not a routing document: {malformed.Message}", malformed);
        }
    }

    /// <summary>Replaces the file as a whole: a crash leaves the old one or the new one. Several processes may share it.</summary>
    public void Write(RoutingDocument document)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var body = RoutingJson.Write(document);
        var fresh = Path.Combine(folder, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}");
        try
        {
            using (var stream = new FileStream(fresh, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(Checksum(body));
                stream.WriteByte((byte)'\n');
                stream.Write(body);
                stream.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: true);
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    private static byte[] Checksum(ReadOnlySpan<byte> body) => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(body)));
}
