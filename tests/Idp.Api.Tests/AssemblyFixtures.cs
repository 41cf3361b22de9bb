using Idp.Testing.Planes;

[assembly: AssemblyFixture(typeof(DatabaseFixture))]
[assembly: AssemblyFixture(typeof(TemporalFixture))]
