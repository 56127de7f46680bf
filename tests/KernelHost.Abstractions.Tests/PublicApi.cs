using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace KernelHost.Abstractions.Tests;

/// <summary>Prints what a user of an assembly can see, in a stable order.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Print(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{Header(type)}\n");
            foreach (var line in Members(type).Order(StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"    {line}\n");
            }
        }

        return text.ToString();
    }

    private static string Header(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct"
            : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        var bases = new[] { type.BaseType }.OfType<Type>().Where(one => one != typeof(object) && one != typeof(ValueType) && one != typeof(Enum))
            .Concat(type.IsEnum ? [] : type.GetInterfaces()).Select(Name).ToList();
        return $"{kind} {type.FullName}{(bases.Count == 0 ? "" : $" : {string.Join(", ", bases)}")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt32(Enum.Parse(type, name), CultureInfo.InvariantCulture)}");
        }

        var fields = type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily).Select(field => $"field {Name(field.FieldType)} {field.Name}");
        var constructors = type.GetConstructors(Declared).Where(Visible).Select(one => $"constructor({Parameters(one)})");
        var properties = type.GetProperties(Declared).Where(property => property.GetAccessors(true).Any(Visible)).Select(Property);
        var methods = type.GetMethods(Declared).Where(method => Visible(method) && !method.IsSpecialName)
            .Select(method => $"method {Modifier(method)}{Name(method.ReturnType)} {method.Name}{Generic(method)}({Parameters(method)})");
        return fields.Concat(constructors).Concat(properties).Concat(methods);
    }

    private static string Property(PropertyInfo property)
    {
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var set = property.SetMethod is { } setter && Visible(setter)
            ? setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;"
            : "";
        return $"property {required}{Modifier(property.GetAccessors(true)[0])}{Name(property.PropertyType)} {property.Name} {{ get;{set} }}";
    }

    private static string Modifier(MethodBase method) =>
        (method.IsFamily ? "protected " : "") + (method.IsStatic ? "static " : method.IsAbstract ? "abstract " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "");

    private static string Generic(MethodInfo method) => method.IsGenericMethodDefinition
        ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => string.Join(" : ", new[] { argument.Name }.Concat(argument.GetGenericParameterConstraints().Select(Name)))))}>"
        : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters()
        .Select(parameter => $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "null"}" : "")}"));

    private static bool Visible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;
}
