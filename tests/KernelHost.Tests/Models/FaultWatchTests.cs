using System.Text;
using KernelHost.Models.Http;

namespace KernelHost.Tests.Models;

public sealed class FaultWatchTests
{
    private const string Before = "data: {\"choices\":[{\"delta\":{\"content\":\"half\"}}]}\n\n";
    private const string Fault = "data: {\"error\":{\"message\":\"on fire\"}}\n\n";

    [Fact]
    public void A_fault_is_found_wherever_the_stream_is_cut_into_pieces()
    {
        var stream = Encoding.UTF8.GetBytes(Before + Fault);
        for (var size = 1; size <= stream.Length; size++)
        {
            var watch = new FaultWatch();
            var passed = 0;
            string? fault = null;
            foreach (var piece in stream.Chunk(size))
            {
                fault = watch.Inspect(piece, out var harmless);
                passed += harmless;
                if (fault is not null)
                {
                    break;
                }
            }

            Assert.Equal("""{"error":{"message":"on fire"}}""", fault);
            Assert.InRange(passed, Before.Length, Before.Length + Fault.IndexOf('\n', StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_fault_without_a_line_end_is_found_at_the_end()
    {
        var watch = new FaultWatch();
        Assert.Null(watch.Inspect("{\"error\":\"on fire\"}"u8, out _));
        Assert.Equal("""{"error":"on fire"}""", watch.Inspect([], out _));
    }

    [Theory]
    [InlineData("""{"error":null,"content":"fine"}""")]
    [InlineData("""{"choices":[{"delta":{"content":"say \"error\": now"}}]}""")]
    [InlineData("""{"choices":[{"error":{"message":"deeper"}}]}""")]
    [InlineData("""{"message":"error"}""")]
    [InlineData("""{"error":""")]
    [InlineData("""["error"]""")]
    [InlineData("data: [DONE]")]
    [InlineData(": \"error\" in a comment")]
    [InlineData("")]
    public void Everything_else_passes(string line)
    {
        var watch = new FaultWatch();
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        Assert.Null(watch.Inspect(bytes, out var harmless));
        Assert.Equal(bytes.Length, harmless);
    }

    [Fact]
    public void A_line_too_long_to_be_a_report_is_let_through_and_the_next_one_is_seen()
    {
        var watch = new FaultWatch();
        Assert.Null(watch.Inspect(Encoding.UTF8.GetBytes($"{{\"error\":\"{new string('x', 100_000)}\"}}\n"), out _));
        Assert.NotNull(watch.Inspect(Encoding.UTF8.GetBytes(Fault), out _));
    }
}
