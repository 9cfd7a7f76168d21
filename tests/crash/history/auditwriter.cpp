// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Appends to an audit trail until it is killed: auditwriter FILE NAME FIRST. The objects are NAME:FIRST, NAME:FIRST+1,
// ...; prints the number of each that has been appended.
#include "backend/history/audittrail.h"

#include <iostream>

using namespace projectionist;

int main(int argc, char** argv)
{
    if (argc != 4)
        return 2;
    auto trail = AuditTrail::open(argv[1]);
    for (std::int64_t i = std::stoll(argv[3]); trail; ++i) {
        if (!trail->append({0, TimePoint(Duration(i)), "eva@desk7", "prod", "test", argv[2] + (':' + std::to_string(i)),
                            std::string(200, 'r')}))
            return 1;
        std::cout << i << std::endl;
    }
    return 1;
}
