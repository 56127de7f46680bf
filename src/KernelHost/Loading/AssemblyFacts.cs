using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace KernelHost.Loading;

/// <summary>What an assembly file says of itself, read from its metadata without loading it.</summary>
/// <param name="Name">The simple name.</param>
/// <param name="TargetFramework">For example <c>.NETCoreApp,Version=v10.0</c>; <see langword="null"/> when it does not say.</param>
/// <param name="References">Simple names and versions of the assemblies it was compiled against.</param>
internal sealed record AssemblyFacts(string Name, string? TargetFramework, IReadOnlyList<(string Name, Version Version)> References)
{
    /// <returns>The facts; <see langword="null"/> when the file is not a .NET assembly.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static AssemblyFacts? Read(string path)
    {
        using var file = File.OpenRead(path);
        try
        {
            using var image = new PEReader(file);
            if (!image.HasMetadata)
            {
                return null;
            }

            var metadata = image.GetMetadataReader();
            return metadata.IsAssembly
                ? new AssemblyFacts(metadata.GetString(metadata.GetAssemblyDefinition().Name), TargetFrameworkOf(metadata), ReferencesOf(metadata))
                : null;
        }
        catch (BadImageFormatException)
        {
            return null;
        }
    }

    private static List<(string Name, Version Version)> ReferencesOf(MetadataReader metadata)
    {
        var references = new List<(string, Version)>();
        foreach (var handle in metadata.AssemblyReferences)
        {
            var reference = metadata.GetAssemblyReference(handle);
            references.Add((metadata.GetString(reference.Name), reference.Version));
        }

        return references;
    }

    private static string? TargetFrameworkOf(MetadataReader metadata)
    {
        foreach (var handle in metadata.GetAssemblyDefinition().GetCustomAttributes())
        {
            var attribute = metadata.GetCustomAttribute(handle);
            if (attribute.Constructor.Kind is not HandleKind.MemberReference
                || metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is not { Kind: HandleKind.TypeReference } parent
                || metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)parent).Name) != "TargetFrameworkAttribute")
            {
                continue;
            }

            // A custom attribute's blob: the prolog 0x0001, then its one string argument.
            var blob = metadata.GetBlobReader(attribute.Value);
            return blob.ReadUInt16() == 1 ? blob.ReadSerializedString() : null;
        }

        return null;
    }
}
