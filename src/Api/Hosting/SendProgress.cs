using System.Buffers.Binary;
using System.Net.Sockets;
using Gateway.Router;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Gateway.Api.Hosting;

/// <summary>Compares what was written on a connection with what the kernel took of it. Linux only; under TLS the last
/// bytes may still be on their way to the count.</summary>
internal sealed class SendProgress(Socket socket, CountedTransport transport, TimeProvider time) : ISendProgress
{
    // linux/tcp.h, struct tcp_info, since Linux 4.19.
    private const int ProtocolTcp = 6;
    private const int TcpInfo = 11;
    private const int NotSentOffset = 144;
    private const int SentOffset = 200;
    private const int RetransmittedOffset = 208;
    private const int InfoLength = 216;

    // The connection's own task sends within microseconds of a flush, where a processor is free.
    private const int Yields = 16;
    private const int Pauses = 50;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private bool _isBlind;

    /// <summary>A step of Kestrel's connections.</summary>
    public static ConnectionDelegate Count(ConnectionDelegate next) => connection =>
    {
        if (OperatingSystem.IsLinux()
            && connection.Features.Get<IConnectionSocketFeature>()?.Socket is { ProtocolType: ProtocolType.Tcp } socket)
        {
            var transport = new CountedTransport(connection.Transport);
            connection.Transport = transport;
            connection.Features.Set<ISendProgress>(new SendProgress(socket, transport, TimeProvider.System));
        }

        return next(connection);
    };

    public async ValueTask<bool> WaitAsync(CancellationToken ct)
    {
        var written = transport.Written;
        for (var tries = 0; tries < Yields + Pauses && !_isBlind && !ct.IsCancellationRequested; tries++)
        {
            if (Taken() >= written)
            {
                return true;
            }

            if (tries < Yields)
            {
                await Task.Yield();
            }
            else
            {
                await Task.Delay(Pause, time, CancellationToken.None);
            }
        }

        return false;
    }

    // All bytes ever given to the kernel: those sent, less those sent again, and those that wait in it.
    private long Taken()
    {
        Span<byte> info = stackalloc byte[InfoLength];
        try
        {
            var length = socket.GetRawSocketOption(ProtocolTcp, TcpInfo, info);
            _isBlind = length < InfoLength;
            return (long)BinaryPrimitives.ReadUInt64LittleEndian(info[SentOffset..])
                - (long)BinaryPrimitives.ReadUInt64LittleEndian(info[RetransmittedOffset..])
                + BinaryPrimitives.ReadUInt32LittleEndian(info[NotSentOffset..]);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            _isBlind = true;
            return 0;
        }
    }
}
