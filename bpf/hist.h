/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * The log-linear bucket layout. It is plain C without BPF helpers, so a test can compile it natively and
 * compare it with the C# side (libs/Plumbline.Histograms/BucketLayout.cs).
 *
 * Each value below 256 ns has its own bucket. Above, every octave has 128 buckets, so the width of a bucket
 * is at most 1/128 = 0.78 % of its value. Values from 2^36 ns (68.7 s) on have no bucket and count as
 * overflow.
 */
#pragma once

#define HIST_LAYOUT_VERSION  1
#define HIST_SUB_BUCKET_BITS 7
#define HIST_MAX_VALUE_BITS  36
#define HIST_BUCKETS	     ((HIST_MAX_VALUE_BITS - HIST_SUB_BUCKET_BITS + 1) << HIST_SUB_BUCKET_BITS)

/* Position of the highest set bit. BPF has no instruction for it, so this searches. value must not be 0. */
static __inline __attribute__((always_inline)) unsigned int hist_log2(unsigned long long value)
{
	unsigned int bit = 0;

	if (value >> 32) {
		value >>= 32;
		bit += 32;
	}
	if (value >> 16) {
		value >>= 16;
		bit += 16;
	}
	if (value >> 8) {
		value >>= 8;
		bit += 8;
	}
	if (value >> 4) {
		value >>= 4;
		bit += 4;
	}
	if (value >> 2) {
		value >>= 2;
		bit += 2;
	}
	return bit + (value >> 1);
}

/* Index of the bucket that counts value_ns; HIST_BUCKETS or more if the value has no bucket. */
static __inline __attribute__((always_inline)) unsigned int hist_index(unsigned long long value_ns)
{
	unsigned int shift;

	if (value_ns < (1ULL << (HIST_SUB_BUCKET_BITS + 1)))
		return value_ns;
	if (value_ns >> HIST_MAX_VALUE_BITS)
		return HIST_BUCKETS;
	shift = hist_log2(value_ns) - HIST_SUB_BUCKET_BITS;
	return (shift << HIST_SUB_BUCKET_BITS) + (value_ns >> shift);
}
