using System.Diagnostics.CodeAnalysis;

namespace Idp.Api;

/// <summary>What was asked for, or why not.</summary>
public sealed record Answer<T>
    where T : class
{
    public T? Value { get; internal init; }

    public Refusal? Refusal { get; private init; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsGiven => Value is not null;

    public static implicit operator Answer<T>(Refusal refusal) => FromRefusal(refusal);

    public static Answer<T> FromRefusal(Refusal refusal) => new() { Refusal = refusal };
}

internal static class Answer
{
    public static Answer<T> Of<T>(T value)
        where T : class => new() { Value = value };
}
