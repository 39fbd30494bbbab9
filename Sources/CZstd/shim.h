#ifndef SOUPTAP_CZSTD_SHIM_H
#define SOUPTAP_CZSTD_SHIM_H
#include <zstd.h>
#endif
