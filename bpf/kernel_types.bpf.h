/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * The fields of kernel structs that the programs read. CO-RE finds their offsets in the running kernel's BTF,
 * so other fields may be missing here.
 */
#pragma once

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct ns_common {
	unsigned int inum;
};

struct net {
	struct ns_common ns;
};

struct nsproxy {
	struct net *net_ns;
};

struct task_struct {
	struct nsproxy *nsproxy;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct net_device {
	char name[16];
	int ifindex;
	possible_net_t nd_net;
};

struct sk_buff {
	struct net_device *dev;
	unsigned long _nfct; /* struct nf_conn pointer; the low three bits are enum ip_conntrack_info */
	unsigned short protocol;
	unsigned short network_header; /* offset of the IP header from head */
	unsigned char *head;
	unsigned char *data;
};

struct nf_conn {
	unsigned long status; /* enum ip_conntrack_status */
};

struct flowi_common {
	int flowic_iif;
};

struct flowi4 {
	struct flowi_common __fl_common;
};

#pragma clang attribute pop

/* include/uapi/linux/netfilter/nf_conntrack_common.h */
#define NFCT_INFOMASK	    7UL
#define CT_STATUS_CONFIRMED (1UL << 3)
#define CT_STATUS_DNAT	    (1UL << 5)
