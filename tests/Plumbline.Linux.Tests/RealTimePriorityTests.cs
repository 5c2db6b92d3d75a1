using System.Globalization;

namespace Plumbline.Linux.Tests;

public sealed class RealTimePriorityTests
{
    private const int Other = 0;
    private const int Fifo = 1;

    [Fact]
    public async Task The_thread_has_it_as_long_as_the_object_lives_and_its_own_threads_do_not()
    {
        (int During, int OfChild, int After, bool WasTaken) seen = await NetworkNamespace.Own.RunAsync(() =>
        {
            int during, ofChild = -1;
            bool wasTaken;
            using (RealTimePriority? priority = RealTimePriority.TryTake())
            {
                wasTaken = priority is not null;
                during = Policy();
                Thread child = new(() => ofChild = Policy());
                child.Start();
                child.Join();
            }

            return (during, ofChild, Policy(), wasTaken);
        });

        Assert.Equal((seen.WasTaken ? Fifo : Other, Other, Other), (seen.During, seen.OfChild, seen.After));
    }

    [Fact]
    public async Task It_ends_with_an_exception_too()
    {
        int after = await NetworkNamespace.Own.RunAsync(() =>
        {
            try
            {
                using RealTimePriority? priority = RealTimePriority.TryTake();
                throw new InvalidOperationException("the sender fails");
            }
            catch (InvalidOperationException)
            {
                return Policy();
            }
        });

        Assert.Equal(Other, after);
    }

    /// <summary>The calling thread's scheduling policy, field 41 of its stat.</summary>
    private static int Policy()
    {
        string stat = File.ReadAllText("/proc/thread-self/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return int.Parse(fields[41 - 3], CultureInfo.InvariantCulture);
    }
}
