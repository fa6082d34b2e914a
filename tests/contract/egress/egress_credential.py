# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the core hands over of the person's."""
import fcntl
import os

SECRET = 'sk-live-0123456789'
SEEN = 'the secret itself'  # what a server says in its place, as the secret does not come back


def memfd(data):
    fd = os.memfd_create('x', os.MFD_ALLOW_SEALING)
    os.write(fd, data)
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, 0xf)
    return fd


def credential(core, **more):
    secret = more.pop('secret', SECRET)
    fields = {'name': 'model', 'hosts': ['api.example'], 'header': 'Authorization', 'scheme': 'Bearer',
              'placeholder': 'cardea-placeholder', **more}
    fds = {'secret': ('memfd', memfd(secret.encode()))} if secret is not None else {}
    message, _ = core.ask('egress.credential', fds, **fields)
    return message
