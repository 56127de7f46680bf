using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace KernelHost.Tests.Loading;

/// <summary>Writes assemblies that no compiler here would make: for another framework, against a newer contract.</summary>
internal static class SyntheticAssembly
{
    public static void Write(string path, string? targetFramework, params (string Name, Version Version)[] references)
    {
        var metadata = new MetadataBuilder();
        var name = metadata.GetOrAddString(Path.GetFileNameWithoutExtension(path));
        metadata.AddModule(0, metadata.GetOrAddString(Path.GetFileName(path)), metadata.GetOrAddGuid(Guid.Parse("6b1e3b0c-5e0b-4a44-9c7e-4f2d8a1f0b11")), default, default);
        var assembly = metadata.AddAssembly(name, new Version(1, 0, 0, 0), default, default, 0, AssemblyHashAlgorithm.None);
        metadata.AddTypeDefinition(0, default, metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
        var runtime = Reference(metadata, "System.Runtime", new Version(10, 0, 0, 0));
        foreach (var (reference, version) in references)
        {
            Reference(metadata, reference, version);
        }

        if (targetFramework is not null)
        {
            var type = metadata.AddTypeReference(runtime, metadata.GetOrAddString("System.Runtime.Versioning"), metadata.GetOrAddString("TargetFrameworkAttribute"));
            var signature = new BlobBuilder();
            new BlobEncoder(signature).MethodSignature(isInstanceMethod: true)
                .Parameters(1, returnType => returnType.Void(), parameters => parameters.AddParameter().Type().String());
            var constructor = metadata.AddMemberReference(type, metadata.GetOrAddString(".ctor"), metadata.GetOrAddBlob(signature));
            var value = new BlobBuilder();
            new BlobEncoder(value).CustomAttributeSignature(
                arguments => arguments.AddArgument().Scalar().Constant(targetFramework), named => named.Count(0));
            metadata.AddCustomAttribute(assembly, constructor, metadata.GetOrAddBlob(value));
        }

        var image = new BlobBuilder();
        new ManagedPEBuilder(PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(metadata), new BlobBuilder()).Serialize(image);
        File.WriteAllBytes(path, image.ToArray());
    }

    private static AssemblyReferenceHandle Reference(MetadataBuilder metadata, string name, Version version) =>
        metadata.AddAssemblyReference(metadata.GetOrAddString(name), version, default, default, default, default);
}
