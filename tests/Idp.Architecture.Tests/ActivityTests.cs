using System.Reflection;
using Idp.Activities;
using Idp.Workflows.Contracts;
using Temporalio.Activities;

namespace Idp.Architecture.Tests;

public sealed class ActivityTests
{
    private interface IPlanted
    {
        [Activity]
        Task MarkedAsync();

        [Activity]
        Task UnmarkedAsync();
    }

    [Fact]
    public void Interfaces_EveryMethod_IsMarked() => Repository.AssertNone(
        from contract in Contracts
        from method in contract.GetMethods()
        where !IsMarked(method)
        select $"{contract.Name}.{method.Name} lacks [Activity]");

    [Fact]
    public void Implementations_EveryMethod_IsMarked()
    {
        var implementations = typeof(PlaneOptions).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && Contracts.Any(contract => contract.IsAssignableFrom(type)))
            .ToArray();

        Assert.All(Contracts, contract => Assert.Contains(implementations, contract.IsAssignableFrom));
        Repository.AssertNone(implementations.SelectMany(type => Contracts.Where(contract => contract.IsAssignableFrom(type)).SelectMany(contract => Unmarked(type, contract))));
    }

    [Fact]
    public void Unmarked_PlantedImplementation_IsFound() =>
        Assert.Equal(["Planted.UnmarkedAsync implements IPlanted without [Activity]: Temporal would not register it"], Unmarked(typeof(Planted), typeof(IPlanted)));

    private static Type[] Contracts { get; } =
    [
        .. typeof(IMigrationActivities).Assembly.GetTypes().Where(type => type.IsInterface && type.Name.EndsWith("Activities", StringComparison.Ordinal)),
    ];

    // Attributes are not inherited: the interface names the call, the implementation registers it.
    private static IEnumerable<string> Unmarked(Type type, Type contract) => type.GetInterfaceMap(contract).TargetMethods
        .Where(method => !IsMarked(method))
        .Select(method => $"{type.Name}.{method.Name} implements {contract.Name} without [Activity]: Temporal would not register it");

    private static bool IsMarked(MethodInfo method) => method.IsDefined(typeof(ActivityAttribute), inherit: false);

    private sealed class Planted : IPlanted
    {
        [Activity]
        public Task MarkedAsync() => Task.CompletedTask;

        public Task UnmarkedAsync() => Task.CompletedTask;
    }
}
