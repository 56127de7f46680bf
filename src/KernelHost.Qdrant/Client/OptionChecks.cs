using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KernelHost.Qdrant.Client;

/// <summary>Refuses options that cannot work.</summary>
internal static class OptionChecks
{
    private const int OneMebibyte = 1024 * 1024;

    public static void Check(QdrantOptions options)
    {
        Require(options.Endpoint is { IsAbsoluteUri: true, Scheme: "http" or "https" }, nameof(options.Endpoint),
            "is no address", "Give the gRPC port with its scheme, for example 'https://qdrant.example:6334'.");
        Require(options.Endpoint is { UserInfo: "", PathAndQuery: "/" }, nameof(options.Endpoint), "has more than scheme, host and port", "The key goes into ApiKey.");
        Require(options.ApiKey is null || (options.ApiKey.Length > 0 && options.ApiKey.All(static one => one is > ' ' and <= '~')), nameof(options.ApiKey),
            "is empty or has a blank, a line break or another character that no header can carry", "Leave it null when the server asks for none; else take it as it is, without quotes.");
        Require(options.ApiKey is null || options.Endpoint.Scheme == "https" || options.Endpoint.IsLoopback || options.AllowUnencryptedApiKey, nameof(options.ApiKey),
            $"would be sent unencrypted to '{options.Endpoint.Host}'", "Use an 'https' endpoint, or set AllowUnencryptedApiKey where the network is trusted.");
        Require(options.TrustedCertificateFile is null || options.Endpoint.Scheme == "https", nameof(options.TrustedCertificateFile), "has no use without TLS", "Use an 'https' endpoint.");
        Require(options.TrustedCertificateFile is null || File.Exists(options.TrustedCertificateFile), nameof(options.TrustedCertificateFile),
            $"names '{options.TrustedCertificateFile}', which is not there", "Name a PEM file.");
        Require(options.Prefix is { Length: <= 40 } && options.Prefix.All(static one => char.IsAsciiLetterOrDigit(one) || one is '-' or '_'), nameof(options.Prefix),
            "has more than 40 characters, or others than letters, digits, '-' and '_'", "Shorten it.");
        Between(options.ConnectTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), nameof(options.ConnectTimeout));
        Between(options.Timeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), nameof(options.Timeout));
        Between(options.Retries, 0, 20, nameof(options.Retries));
        Between(options.RetryDelay, TimeSpan.Zero, TimeSpan.FromHours(1), nameof(options.RetryDelay));
        Between(options.MaxRetryDelay, options.RetryDelay, TimeSpan.FromHours(1), nameof(options.MaxRetryDelay));
        Between(options.BatchSize, 1, 10_000, nameof(options.BatchSize));
        Between(options.BatchBytes, 64 * 1024, 1024 * OneMebibyte, nameof(options.BatchBytes));
        Between(options.PageSize, 1, 10_000, nameof(options.PageSize));
        Between(options.MaxReceiveMessageSize, OneMebibyte, int.MaxValue, nameof(options.MaxReceiveMessageSize));
        Between(options.SearchBreadth ?? 1, 1, 100_000, nameof(options.SearchBreadth));
        Require(Enum.IsDefined(options.ReadConsistency), nameof(options.ReadConsistency), "is unknown", "Take one of the enumeration.");
        Require(Enum.IsDefined(options.WriteOrdering), nameof(options.WriteOrdering), "is unknown", "Take one of the enumeration.");
        Check(options.Layout);
    }

    /// <summary>Trusts the authorities of a file, and no others.</summary>
    public static X509ChainPolicy Trust(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (CryptographicException)
        {
            // Said below.
        }

        Require(policy.CustomTrustStore.Count > 0, nameof(QdrantOptions.TrustedCertificateFile), $"names '{file}', which holds no certificate", "Name a PEM file with the certificates of your authority.");
        return policy;
    }

    private static void Check(QdrantLayout layout)
    {
        Require(layout is not null, nameof(QdrantOptions.Layout), "is null", "Leave it out for the defaults.");
        Between(layout!.GraphEdges ?? 1, 1, 1024, Name(nameof(layout.GraphEdges)));
        Between(layout.GraphBuildBreadth ?? 4, 4, 100_000, Name(nameof(layout.GraphBuildBreadth)));
        Between(layout.FullScanKilobytes ?? 10, 10, int.MaxValue, Name(nameof(layout.FullScanKilobytes)));
        Require(Enum.IsDefined(layout.Quantization), Name(nameof(layout.Quantization)), "is unknown", "Take one of the enumeration.");
        Between(layout.Oversampling ?? 1, 1, 1000, Name(nameof(layout.Oversampling)));
        Require(layout.Oversampling is null || layout.Quantization != QdrantQuantization.None, Name(nameof(layout.Oversampling)), "has no use without a shorter form", "Choose a Quantization.");
        Between(layout.Shards ?? 1, 1, 10_000, Name(nameof(layout.Shards)));
        Between(layout.Replicas ?? 1, 1, 100, Name(nameof(layout.Replicas)));
        Between(layout.WriteConsistency ?? 1, 1, layout.Replicas ?? 100, Name(nameof(layout.WriteConsistency)));

        static string Name(string property) => $"{nameof(QdrantOptions.Layout)}.{property}";
    }

    private static void Between<T>(T value, T least, T most, string property)
        where T : IComparable<T> =>
        Require(value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0, property, $"is {value}", $"Set it from {least} to {most}.");

    private static void Require(bool condition, string property, string fault, string cure)
    {
        if (!condition)
        {
            throw new ArgumentException($"QdrantOptions.{property} {fault}. {cure}");
        }
    }
}
