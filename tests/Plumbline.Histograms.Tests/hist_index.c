/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * The kernel's bucket layout as a native program. A test compares it with the C# side.
 *
 *   hist_index         prints "value,index" for each value read from stdin
 *   hist_index edges   prints "index,lower_ns,upper_ns" for every bucket: tests/golden/bucket-edges.csv
 */
#include <stdio.h>
#include <string.h>
#include "../../bpf/hist.h"

/* The smallest value that no bucket below index counts. Bisects over hist_index itself. */
static unsigned long long lower_edge(unsigned int index)
{
	unsigned long long low = 0, high = 1ULL << HIST_MAX_VALUE_BITS;

	while (low < high) {
		unsigned long long middle = low + (high - low) / 2;

		if (hist_index(middle) >= index)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static void print_edges(void)
{
	printf("index,lower_ns,upper_ns\n");
	for (unsigned int index = 0; index < HIST_BUCKETS; index++)
		printf("%u,%llu,%llu\n", index, lower_edge(index), lower_edge(index + 1) - 1);
}

static void print_indices(void)
{
	unsigned long long value;

	while (scanf("%llu", &value) == 1)
		printf("%llu,%u\n", value, hist_index(value));
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "edges") == 0)
		print_edges();
	else
		print_indices();
	return 0;
}
