#ifndef SOUPTAP_CPCAP_SHIM_H
#define SOUPTAP_CPCAP_SHIM_H
#include <pcap/pcap.h>
#endif
