using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace KernelHost.Tests;

/// <summary>Holds a law to many made-up cases. The seed is fixed, so that a case that fails today fails tomorrow; FsCheck makes it small first.</summary>
internal static class Properties
{
    public static void Check<T>(Arbitrary<T> cases, Action<T> law, int count, ulong seed = 20261123)
    {
        var replay = FSharpOption<Replay>.Some(new Replay(new Rnd(seed), FSharpOption<int>.None));
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(replay).WithQuietOnSuccess(true), Prop.ForAll(cases, law));
    }

    /// <summary>A law of something asynchronous that waits for nothing outside.</summary>
    public static void Check<T>(Arbitrary<T> cases, Func<T, Task> law, int count, ulong seed = 20261123) =>
        Check(cases, one => law(one).GetAwaiter().GetResult(), count, seed);
}
