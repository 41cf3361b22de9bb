
[assembly: AssemblyFixture(typeof(DatabaseFixture))]
