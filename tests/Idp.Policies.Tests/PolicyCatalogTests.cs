namespace Idp.Policies.Tests;

public sealed class PolicyCatalogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("idp-policies-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void LoadFolder_TheShippedFiles_HasTheShippedRevision()
    {
        var loaded = PolicyCatalog.LoadFolder(Path.Combine(AppContext.BaseDirectory, "Catalog"), A.Regions);

        Assert.Equal(PolicyCatalog.Shipped(A.Regions).Snapshot!.Revision, loaded.Snapshot!.Revision);
    }

    [Fact]
    public void LoadFolder_OneBadFile_GivesNoSnapshot()
    {
        Write("a.yaml", A.ShippedText("Catalog/gdpr-eu-residency.yaml"));
        Write("b.yml", "policy: 1");
        Write("notes.txt", "not a policy");

        var loaded = PolicyCatalog.LoadFolder(_folder, A.Regions);

        Assert.Null(loaded.Snapshot);
        Assert.Equal("b.yml:1:9 error IDP1012: '1' in `policy`\n  allowed: a mapping", A.Printed(loaded.Diagnostics));
    }

    [Fact]
    public void LoadFolder_OneNameTwice_IsRefused()
    {
        Write("a.yaml", A.PolicyText("    audit_required: true"));
        Write("b.yaml", A.PolicyText("    audit_required: false"));

        Assert.Equal(
            "b.yaml:1:1 error IDP1021: policy 'P' is already in a.yaml\n  allowed: one policy of a name",
            A.Printed(PolicyCatalog.LoadFolder(_folder, A.Regions).Diagnostics));
    }

    [Fact]
    public void LoadFolder_Empty_IsRefused()
    {
        var loaded = PolicyCatalog.LoadFolder(_folder, A.Regions);

        Assert.Null(loaded.Snapshot);
        Assert.Equal(
            $"{_folder}:1:1 error IDP1022: the folder has no policy file\n  allowed: 1 to 1000 files that end in .yaml or .yml",
            A.Printed(loaded.Diagnostics));
    }

    [Fact]
    public void LoadFolder_NotUtf8_IsRefused()
    {
        File.WriteAllBytes(Path.Combine(_folder, "a.yaml"), [0x70, 0xFF, 0xFE, 0x3A]);

        Assert.Equal("a.yaml:1:1 error IDP1001: the file is not UTF-8 text", A.Printed(PolicyCatalog.LoadFolder(_folder, A.Regions).Diagnostics));
    }

    [Fact]
    public void LoadFolder_HugeFile_IsNotRead()
    {
        Write("a.yaml", new string('#', (1024 * 1024) + 1));

        Assert.Equal(
            "a.yaml:1:1 error IDP1002: the file has 1048577 bytes\n  allowed: at most 1048576",
            A.Printed(PolicyCatalog.LoadFolder(_folder, A.Regions).Diagnostics));
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
