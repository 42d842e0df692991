using System.Reflection;
using Gateway.Api.Hosting;

namespace Gateway.Api.Portal.Operators;

/// <summary>What this process knows of itself.</summary>
internal sealed class OwnProcess(DataDirectory directory, DrainState drain)
{
    /// <summary>The program's version.</summary>
    public static string Version { get; } =
        typeof(OwnProcess).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            .Split('+')[0] ?? "";

    /// <summary>Bytes that are left where it writes, and how many there are.</summary>
    public (long Free, long Size) Disk
    {
        get
        {
            var drive = new DriveInfo(directory.FullPath);
            return (drive.AvailableFreeSpace, drive.TotalSize);
        }
    }

    /// <summary>Whether it was asked to stop and only finishes what it has begun.</summary>
    public bool IsDraining => drain.IsDraining;

    /// <summary>Requests being answered.</summary>
    public int Running => drain.Running;
}
