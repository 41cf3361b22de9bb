using System.Text.Json;
using System.Text.Json.Nodes;

namespace Idp.Cli.Local;

/// <summary>Writes the configuration that worker, API and commands read.</summary>
internal static class LocalConfig
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Replaces the file; readable by its owner only, since it holds the control database's password.</summary>
    /// <param name="settings">Configuration paths with ':' between sections. A later one wins.</param>
    public static void Write(string path, IEnumerable<KeyValuePair<string, string>> settings)
    {
        var root = new JsonObject();
        foreach (var (key, value) in settings)
        {
            var parts = key.Split(':');
            var section = root;
            foreach (var part in parts[..^1])
            {
                section = (JsonObject)(section[part] ??= new JsonObject());
            }

            section[parts[^1]] = value;
        }

        IdpHome.WriteSecret(path, root.ToJsonString(Indented));
    }
}
