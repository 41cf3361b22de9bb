using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Idp.DevServer.Tests.Hosting;

/// <summary>One unary or one-message streaming gRPC call over plain HTTP/2, as any client in any language sends it.</summary>
internal static class RawGrpc
{
    private const int PrefixBytes = 5;

    public static async Task<TResponse> CallAsync<TResponse>(
        string address, string method, IMessage request, MessageParser<TResponse> parser, CancellationToken cancellationToken)
        where TResponse : IMessage<TResponse>
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://{address}") };
        var message = new byte[PrefixBytes + request.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), request.CalculateSize());
        request.WriteTo(message.AsSpan(PrefixBytes));
        using var call = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(message) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        call.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var answer = await http.SendAsync(call, cancellationToken);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        Assert.Equal("0", Status(answer.TrailingHeaders) ?? Status(answer.Headers));
        return parser.ParseFrom(body.AsSpan(PrefixBytes, BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1))));
    }

    private static string? Status(HttpHeaders headers) => headers.TryGetValues("grpc-status", out var values) ? values.Single() : null;
}
