#ifndef SOUPTAP_CPCAP_H
#define SOUPTAP_CPCAP_H
#include <pcap/pcap.h>

/// Loads libpcap unless it is loaded: to be called before any of its functions.
///
/// Returns NULL when they can be called, else why not: a text that stays valid.
const char *souptap_load_pcap(void);
#endif
