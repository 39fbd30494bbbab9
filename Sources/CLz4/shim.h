#ifndef SOUPTAP_CLZ4_SHIM_H
#define SOUPTAP_CLZ4_SHIM_H
#include <lz4frame.h>
#endif
