using System.Globalization;
using Temporalio.Activities;

namespace Idp.DevServer.Tests.Crash;

public sealed class CrashActivities
{
    [Activity]
    public static string Answer(string id, int number) => AnswerOf(id, number);

    public static string AnswerOf(string id, int number) => string.Create(CultureInfo.InvariantCulture, $"{id}/{number}");
}
