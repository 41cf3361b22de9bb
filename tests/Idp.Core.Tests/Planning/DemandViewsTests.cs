using System.Buffers.Binary;
using Idp.Core.Forecasting;
using Idp.Core.Planning;

namespace Idp.Core.Tests.Planning;

public sealed class DemandViewsTests
{
    private const int Regions = 2;
    private const int FirstHour = 490_000;

    [Fact]
    public void Of_AfterAMoveOfHouse_SeesAllDemandWhereItIsNow()
    {
        var views = New();
        var obj = views.Add(FirstHour);
        Observe(views, obj, FirstHour, hours: 100, home: 0);
        var before = views.Of(obj);
        Observe(views, obj, FirstHour + 100, hours: 1, home: 1);

        Assert.All(before, view => Assert.Equal(0, Total(view, region: 1), 6));
        Assert.All(views.Of(obj), view => Assert.Equal(0, Total(view, region: 0)));
        Assert.All(views.Of(obj), view => Assert.InRange(Total(view, region: 1), 0.5 * 168 * 50, 1.5 * 168 * 50));
    }

    [Fact]
    public void TryRestore_WhatWasSaved_SeesTheSame()
    {
        var views = New();
        var obj = views.Add(FirstHour);
        Observe(views, obj, FirstHour, hours: 100, home: 0);
        Observe(views, obj, FirstHour + 100, hours: 1, home: 1);

        var restored = Restored(Saved(views, obj));

        // The first view also rests on profiles, which are saved apart.
        Assert.Equal(views.Of(obj).Skip(1).Select(view => Total(view, region: 1)), restored.Of(0).Skip(1).Select(view => Total(view, region: 1)));
        Assert.All(restored.Of(0), view => Assert.Equal(0, Total(view, region: 0)));
    }

    [Fact]
    public void TryRestore_SavedBeforeMovesOfHouseWereNoticed_KeepsItsForecasts()
    {
        var views = New();
        var obj = views.Add(FirstHour);
        Observe(views, obj, FirstHour, hours: 100, home: 0);
        var state = Saved(views, obj);
        BinaryPrimitives.WriteInt32LittleEndian(state, 1);
        using var succession = new MemoryStream();
        new Succession(Regions).Save(succession);

        var restored = Restored(state[..^(int)succession.Length]);

        Assert.Equal(views.Of(obj).Skip(1).Select(view => Total(view, region: 0)), restored.Of(0).Skip(1).Select(view => Total(view, region: 0)));
    }

    private static DemandViews New() => new(Regions, new ForecastOptions(), new CohortProfiles(Regions, maxCohorts: 1));

    private static void Observe(DemandViews views, int obj, int firstHour, int hours, int home)
    {
        for (var hour = firstHour; hour < firstHour + hours; hour++)
        {
            for (var region = 0; region < Regions; region++)
            {
                var count = region == home ? 50 : 0;
                views.Observe(obj, region, hour, count, count / 10.0);
            }
        }
    }

    private static byte[] Saved(DemandViews views, int obj)
    {
        using var target = new MemoryStream();
        views.Save(obj, target);
        return target.ToArray();
    }

    private static DemandViews Restored(byte[] state)
    {
        var views = New();
        using var source = new MemoryStream(state);
        Assert.Equal(0, views.TryRestore(source));
        Assert.Equal(state.Length, source.Position);
        return views;
    }

    private static double Total(DemandWindow window, int region) => Enumerable.Range(0, window.Hours).Sum(hour => window.Reads(hour)[region]);
}
